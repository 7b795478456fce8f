use grpc_interceptor::{prelude::*, Role};

const RETRYING: Role = Role::new("retrying");

#[derive(Clone)]
struct User;

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

#[grpc_interceptor(inside(RETRYING), requires(User))]
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
    token: Token,
    authz: Authz,
    retry: Retry,
}

fn main() {}
