use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call)
    }
}

fn main() {}
