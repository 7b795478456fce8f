use grpc_interceptor::prelude::*;

mod shop {
    pub const ORDERS_CREATE: grpc_interceptor::Pattern =
        grpc_interceptor::Pattern::method("shop.v1.Orders", "Create");
    pub const ORDERS: grpc_interceptor::Pattern = grpc_interceptor::Pattern::service("shop.v1.Orders");
}

const HERE: grpc_interceptor::Pattern = shop::ORDERS;

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
    #[chain(only = shop::ORDERS_CREATE)]
    one: Timing,
    #[chain(client, only = self::shop::ORDERS, "/shop.v1.Carts/Get", HERE, except = crate::shop::ORDERS_CREATE, HERE)]
    several: Timing,
}

fn main() {}
