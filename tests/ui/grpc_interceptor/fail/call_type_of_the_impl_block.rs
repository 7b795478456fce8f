use grpc_interceptor::prelude::*;

struct Timing<T>(T);

#[grpc_interceptor]
impl<T: CallType> Timing<T> {
    async fn intercept_call(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn main() {}
