use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor(otherwise = reject)]
impl Timing {
    async fn intercept_call(
        &self,
        call: Call<UnaryUnary>,
        next: impl Next<UnaryStream>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        let _ = (call, next);
        Err(Status::internal("never"))
    }
}

fn main() {}
