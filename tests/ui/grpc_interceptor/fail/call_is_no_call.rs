use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        _call: Message,
        _next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        Err(Status::internal("never"))
    }
}

fn main() {}
