use grpc_interceptor::prelude::*;

trait Policy {}

#[grpc_interceptor]
struct Gate<P>(P);

impl<P: Policy> Gate<P> {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn main() {}
