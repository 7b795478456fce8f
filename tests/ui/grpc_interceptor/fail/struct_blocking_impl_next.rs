use grpc_interceptor::prelude::*;

#[grpc_interceptor(blocking)]
#[derive(Clone)]
struct Timing;

impl Timing {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let _ = (call, next);
        Err(Status::internal("never"))
    }
}

fn main() {}
