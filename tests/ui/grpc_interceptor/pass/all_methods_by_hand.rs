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
    async fn intercept_unary_stream(
        &self,
        call: Call<UnaryStream>,
        next: impl Next<UnaryStream>,
    ) -> Result<Reply<UnaryStream>, Status> {
        next.run(call).await
    }
    async fn intercept_stream_unary(
        &self,
        call: Call<StreamUnary>,
        next: impl Next<StreamUnary>,
    ) -> Result<Reply<StreamUnary>, Status> {
        next.run(call).await
    }
    async fn intercept_stream_stream(
        &self,
        call: Call<StreamStream>,
        next: impl Next<StreamStream>,
    ) -> Result<Reply<StreamStream>, Status> {
        next.run(call).await
    }
}

fn main() {
    is_interceptor(Timing);
}

fn is_interceptor(_: impl Interceptor) {}
