use grpc_interceptor::prelude::*;

#[derive(Clone)]
struct Timing;

#[grpc_interceptor]
impl Timing {
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: Reply<T>,
    ) -> Result<Reply<T>, Status> {
        let _ = call;
        Ok(next)
    }
}

fn main() {}
