use grpc_interceptor::prelude::*;

#[grpc_interceptor]
struct Timing;

impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        next: impl Next<T>,
        call: Call<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn main() {}
