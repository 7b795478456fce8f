use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_call<K, N>(&self, call: Call<K>, next: N) -> Result<Reply<K>, Status>
    where
        K: CallType,
        N: Next<K> + Clone,
    {
        next.clone().run(call).await
    }
}

fn main() {
    is_interceptor(Timing);
}

fn is_interceptor(_: impl Interceptor) {}
