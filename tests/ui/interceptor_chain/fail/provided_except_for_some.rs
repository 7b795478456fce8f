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
    #[chain(except = "/grpc.health.v1.Health/*")]
    auth: Auth,
    authz: Authz,
}

fn main() {}
