use grpc_interceptor::prelude::*;

#[derive(Clone)]
struct User;

#[grpc_interceptor(provides(User))]
struct Auth;

impl Auth {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

#[grpc_interceptor(requires(User))]
struct Authz;

impl Authz {
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
    #[chain(only = "/shop.v1.Orders/*")]
    auth: Auth,
    #[chain(except = "/shop.v1.Carts/*")]
    authz: Authz,
}

fn main() {}
