use grpc_interceptor::prelude::*;

#[derive(Clone)]
struct Timing;

#[grpc_interceptor]
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
