use grpc_interceptor::prelude::*;

#[grpc_interceptor(blocking)]
#[derive(Clone)]
struct Timing;

impl Timing {
    fn intercept_call<T: CallType>(
        &mut self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call)
    }
}

fn main() {}
