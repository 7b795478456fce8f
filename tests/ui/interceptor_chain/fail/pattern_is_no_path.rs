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
    #[chain(only = "shop.v1.Orders")]
    service: Timing,
    #[chain(only = "shop.v1.Orders/Get")]
    slash: Timing,
    #[chain(
        except = "/shop.v1.Orders/Get*",
        "/shop.v1.*/Get",
        "/shop.v1.Orders/Get"
    )]
    star: Timing,
}

fn main() {}
