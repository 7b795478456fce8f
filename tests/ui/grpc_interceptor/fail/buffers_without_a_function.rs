use grpc_interceptor::prelude::*;

#[grpc_interceptor(buffers = "64 KiB")]
struct Timing;

impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn main() {}
