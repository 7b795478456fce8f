use grpc_interceptor::prelude::*;

#[derive(Clone)]
struct Timing;

#[grpc_interceptor]
impl Timing {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<UnaryUnary>,
    ) -> Result<Reply<T>, Status> {
        let _ = (call, next);
        Err(Status::internal("never"))
    }
}

fn main() {}
