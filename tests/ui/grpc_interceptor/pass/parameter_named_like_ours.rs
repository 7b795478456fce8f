use grpc_interceptor::prelude::*;

#[grpc_interceptor]
struct Timing<T: Send + Sync + 'static, N: Send + Sync + 'static>(T, N);

impl<T: Send + Sync + 'static, N: Send + Sync + 'static> Timing<T, N> {
    async fn intercept_call<K: CallType>(
        &self,
        call: Call<K>,
        next: impl Next<K>,
    ) -> Result<Reply<K>, Status> {
        next.run(call).await
    }
}

fn main() {
    is_interceptor(Timing(1, "one"));
}

fn is_interceptor(_: impl Interceptor) {}
