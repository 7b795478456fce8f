use grpc_interceptor::prelude::*;

#[grpc_interceptor]
struct Timing;

impl Timing {
    async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Reply<T> {
        next.run(call).await.unwrap()
    }
}

fn main() {}
