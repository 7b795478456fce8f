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
    _: Timing,
}

fn main() {}
