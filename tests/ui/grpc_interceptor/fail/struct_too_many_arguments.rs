use grpc_interceptor::prelude::*;

#[grpc_interceptor]
struct Timing;

impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
        attempts: u32,
    ) -> Result<Reply<T>, Status> {
        let _ = attempts;
        next.run(call).await
    }
}

fn main() {}
