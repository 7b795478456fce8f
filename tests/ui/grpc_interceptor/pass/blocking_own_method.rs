use grpc_interceptor::prelude::*;

#[derive(Clone)]
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

    fn intercept_unary_unary(
        &self,
        call: Call<UnaryUnary>,
        next: BlockingNext<UnaryUnary>,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call)
    }
}

fn main() {
    is_interceptor(Timing);
}

fn is_interceptor(_: impl Interceptor) {}
