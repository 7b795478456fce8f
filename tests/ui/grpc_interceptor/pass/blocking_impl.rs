use grpc_interceptor::prelude::*;

#[derive(Clone)]
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

fn main() {
    is_interceptor(Timing);
}

fn is_interceptor(_: impl Interceptor) {}
