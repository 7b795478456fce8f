use grpc_interceptor::{prelude::*, Role};

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

#[grpc_interceptor(inside(RETRYING))]
struct Token;

impl Token {
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
    deadline: Deadline,
    retry: Option<Retry>,
    token: Token,
    auth: Auth,
    authz: Option<Authz>,
    again: (Authz, Authz),
}

#[derive(InterceptorChain)]
struct Conditions {
    #[chain(server)]
    auth: Auth,
    #[chain(server, only = "/shop.v1.Orders/*")]
    authz: Authz,
    #[chain(client)]
    retry: Retry,
    #[chain(server)]
    deadline: Deadline,
    both: Option<(Auth, Authz)>,
    #[chain(except = "/shop.v1.Orders/Get")]
    some: Auth,
    #[chain(only = "/shop.v1.Orders/List")]
    fewer: Authz,
}

fn main() {}
