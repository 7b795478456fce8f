use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_unary_unary(
        &self,
        call: Call<UnaryUnary>,
        next: impl Next<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
    }
}

fn main() {}
