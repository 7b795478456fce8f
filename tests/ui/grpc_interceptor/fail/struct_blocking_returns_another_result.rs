use grpc_interceptor::prelude::*;

#[grpc_interceptor(blocking)]
#[derive(Clone)]
struct Timing;

impl Timing {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, String> {
        next.run(call).map_err(|status| status.to_string())
    }
}

fn main() {}
