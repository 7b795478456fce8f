use grpc_interceptor::prelude::*;

mod shop {
    pub const ORDERS_CREATE: grpc_interceptor::Pattern =
        grpc_interceptor::Pattern::method("shop.v1.Orders", "Create");
    pub const ORDERS: grpc_interceptor::Pattern = grpc_interceptor::Pattern::service("shop.v1.Orders");
    pub const NAME: &str = "/shop.v1.Orders/Create";
}

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
    #[chain(only = shop::NAME)]
    timing: Timing,
}

fn main() {}
