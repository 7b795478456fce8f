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
struct Edge<A> {
    timing: Timing,
    auth: A,
}

fn main() -> Result<(), grpc_interceptor::ConfigError> {
    let edge = Edge {
        timing: Timing,
        auth: "secret",
    };
    ServerLayer::new(edge, &Methods::unknown())?;
    Ok(())
}
