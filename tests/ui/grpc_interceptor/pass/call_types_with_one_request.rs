use grpc_interceptor::prelude::*;

use grpc_interceptor::Single;

#[grpc_interceptor(kinds(unary_unary, unary_stream), otherwise = pass)]
struct Timing;

impl Timing {
    async fn intercept_call<T: CallType<Request = Single>>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let message = call.message().await?;
        call.set_message(message);
        next.run(call).await
    }
}

fn main() {
    is_interceptor(Timing);
}

fn is_interceptor(_: impl Interceptor) {}
