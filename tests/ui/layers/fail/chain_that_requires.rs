use grpc_interceptor::prelude::*;

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
#[chain(requires(User))]
struct Inner {
    authz: Authz,
}

fn main() {
    let methods = Methods::builder().build().unwrap();
    let _ = ServerLayer::new(Inner { authz: Authz }, &methods);
}
