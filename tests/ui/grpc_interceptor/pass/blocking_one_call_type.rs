use grpc_interceptor::prelude::*;

#[derive(Clone)]
struct Timing;

#[grpc_interceptor(otherwise = reject)]
impl Timing {
    fn intercept_call(
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
