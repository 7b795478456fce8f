use grpc_interceptor::prelude::*;

#[derive(Clone)]
struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call)
    }
}

fn main() {}
