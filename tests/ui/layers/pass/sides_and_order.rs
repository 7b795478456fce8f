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

#[grpc_interceptor(client_only)]
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

#[grpc_interceptor(server_only)]
struct Guard;

impl Guard {
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
    #[chain(client)]
    token: Token,
    #[chain(server)]
    guard: Guard,
}

#[derive(InterceptorChain)]
struct Nested {
    edge: Edge,
}

fn edge() -> Edge {
    Edge {
        token: Token,
        guard: Guard,
    }
}

fn main() {
    let methods = Methods::builder().build().unwrap();
    ServerLayer::new(edge(), &methods).unwrap();
    ClientLayer::new(edge(), &methods).unwrap();
    ClientLayer::new(Nested { edge: edge() }, &methods).unwrap();
    ClientLayer::new((Token, Auth, Authz), &methods).unwrap();
    ServerLayer::new(Some((Guard, (Auth, Authz))), &methods).unwrap();
    // What it needs may come from another layer.
    ServerLayer::new(Authz, &methods).unwrap();
}
