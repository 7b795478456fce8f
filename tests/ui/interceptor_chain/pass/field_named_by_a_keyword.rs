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
    r#type: Timing,
    #[chain(only = "/shop.v1.Orders/*")]
    r#match: Timing,
}

fn main() {
    is_interceptor(Edge {
        r#type: Timing,
        r#match: Timing,
    });
}

fn is_interceptor(_: impl Interceptor) {}
