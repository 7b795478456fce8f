use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_call<T: CallType>(&self, call: Call<T>) -> Result<Reply<T>, Status> {
        Err(Status::internal(call.method().path()))
    }
}

fn main() {}
