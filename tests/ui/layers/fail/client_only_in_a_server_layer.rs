use grpc_interceptor::prelude::*;

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

fn main() {
    let methods = Methods::builder().build().unwrap();
    let _ = ServerLayer::new(Token, &methods);
}
