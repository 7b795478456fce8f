use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: Box<dyn Fn(Call<T>) + Send + Sync>,
    ) -> Result<Reply<T>, Status> {
        next(call);
        Err(Status::internal("never"))
    }
}

fn main() {}
