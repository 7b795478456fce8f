use grpc_interceptor::{prelude::*, Role};

const RETRYING: Role = Role::new("retrying");

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
    token: Token,
    retry: Retry,
}

fn main() {}
