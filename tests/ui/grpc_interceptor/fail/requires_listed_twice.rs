use grpc_interceptor::prelude::*;

#[derive(Clone)]
struct User;

struct Auth;

#[grpc_interceptor(requires(User, User), provides(Vec<User>, Vec<User>))]
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
