use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor(kinds(unary_unary, stream_stream), otherwise = pass)]
impl Timing {
    async fn intercept_call(
        &self,
        call: Call<UnaryUnary>,
        next: impl Next<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
    }
}

fn main() {}
