use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T> + Copy,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn main() {}
