use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
    async fn intercept_unary_unary(
        self,
        call: Call<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        Err(Status::internal(call.method().path()))
    }
}

fn main() {}
