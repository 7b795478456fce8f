use grpc_interceptor::prelude::*;

#[grpc_interceptor]
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

#[derive(InterceptorChain)]
struct Edge {
    first: Timing,
    second: Pair,
}

#[derive(InterceptorChain)]
struct Pair(Timing, Timing);

fn main() {
    is_interceptor(Edge {
        first: Timing,
        second: Pair(Timing, Timing),
    });
}

fn is_interceptor(_: impl Interceptor) {}
