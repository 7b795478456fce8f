use grpc_interceptor::{prelude::*, Role};

const RETRYING: Role = Role::new("retrying");

#[derive(Clone)]
struct User;

#[grpc_interceptor(provides(User), provides(User), role = RETRYING, role = RETRYING, server_only, server_only)]
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

fn main() {}
