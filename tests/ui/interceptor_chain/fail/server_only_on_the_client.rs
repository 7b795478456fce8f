use grpc_interceptor::prelude::*;

#[grpc_interceptor(server_only)]
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
    #[chain(client)]
    authz: Authz,
}

fn main() {}
