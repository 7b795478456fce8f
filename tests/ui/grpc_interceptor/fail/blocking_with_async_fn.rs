use grpc_interceptor::prelude::*;

#[derive(Clone)]
struct Timing;

#[grpc_interceptor(blocking)]
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
