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
#[chain(crate = "grpc_interceptor")]
struct Edge {
    #[chain(client, server)]
    first: Timing,
    #[chain(only = "Orders")]
    second: Timing,
    #[chain(skip, skip)]
    third: Timing,
}

fn is_one(edge: Edge) -> impl Interceptor {
    edge
}

fn main() {}
