use grpc_interceptor::{prelude::*, BoxInterceptor};

#[derive(Clone)]
struct User;

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
    auth: BoxInterceptor,
    authz: Authz,
}

fn main() {}
