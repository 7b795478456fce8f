use grpc_interceptor::{prelude::*, BoxInterceptor, Role};

const RETRYING: Role = Role::new("retrying");

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

#[grpc_interceptor(role = RETRYING)]
struct Retry;

impl Retry {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

#[grpc_interceptor(outside(RETRYING))]
struct Deadline;

impl Deadline {
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
    retry: Retry,
    #[chain(allow_order)]
    deadline: Deadline,
    auth: BoxInterceptor,
    #[chain(allow_order, only = "/shop.v1.Orders/*")]
    authz: Authz,
}

fn main() {
    let methods = Methods::builder()
        .method("/shop.v1.Orders/Get", CallKind::UnaryUnary)
        .build()
        .unwrap();
    let edge = Edge {
        retry: Retry,
        deadline: Deadline,
        auth: BoxInterceptor::new(Auth),
        authz: Authz,
    };
    ServerLayer::new(edge, &methods).unwrap();
}
