use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor(otherwise = reject)]
impl Timing {
    async fn intercept_call(
        &self,
        call: Call<UnaryUnary>,
        next: impl Next<UnaryUnary>,
    ) -> Result<Reply<UnaryStream>, Status> {
        let _ = next.run(call).await;
        Err(Status::internal("never"))
    }
}

fn main() {}
