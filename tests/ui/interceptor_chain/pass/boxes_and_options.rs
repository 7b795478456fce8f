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
    option: Option<Timing>,
    boxed: grpc_interceptor::BoxInterceptor,
    list: Vec<grpc_interceptor::BoxInterceptor>,
    tuple: (Timing, Timing, Timing),
}

fn main() {
    is_interceptor(Edge {
        option: None,
        boxed: grpc_interceptor::BoxInterceptor::new(Timing),
        list: Vec::new(),
        tuple: (Timing, Timing, Timing),
    });
}

fn is_interceptor(_: impl Interceptor) {}
