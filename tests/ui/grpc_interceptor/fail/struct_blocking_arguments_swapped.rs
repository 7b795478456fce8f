use grpc_interceptor::prelude::*;

#[grpc_interceptor(blocking)]
#[derive(Clone)]
struct Timing;

impl Timing {
    fn intercept_call<T: CallType>(
        &self,
        next: BlockingNext<T>,
        call: Call<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call)
    }
}

fn main() {}
