use grpc_interceptor::prelude::*;

use grpc_interceptor::Reply as BlockingNext;

struct Timing;

#[grpc_interceptor]
impl Timing {
    fn intercept_call<T: CallType>(
        &self,
        _call: Call<T>,
        _next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        Err(Status::internal("never"))
    }
}

fn main() {}
