use grpc_interceptor::prelude::*;

type Unary = UnaryUnary;

struct Timing;

#[grpc_interceptor(otherwise = reject)]
impl Timing {
    async fn intercept_call(
        &self,
        call: Call<Unary>,
        next: impl Next<Unary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
    }
}

fn main() {}
