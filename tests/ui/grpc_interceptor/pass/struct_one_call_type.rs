use grpc_interceptor::prelude::*;

#[grpc_interceptor(kinds(unary_unary), otherwise = reject)]
struct Timing;

impl Timing {
    async fn intercept_call(
        &self,
        call: Call<UnaryUnary>,
        next: impl Next<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
    }
}

fn main() {
    is_interceptor(Timing);
}

fn is_interceptor(_: impl Interceptor) {}
