use grpc_interceptor::prelude::*;

type Answer<T> = Result<Reply<T>, Status>;

struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Answer<T> {
        next.run(call).await
    }
}

fn main() {
    is_interceptor(Timing);
}

fn is_interceptor(_: impl Interceptor) {}
