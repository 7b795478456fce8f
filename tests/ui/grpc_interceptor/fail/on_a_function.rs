use grpc_interceptor::prelude::*;

#[grpc_interceptor]
async fn intercept_call<T: CallType>(
    call: Call<T>,
    next: impl Next<T>,
) -> Result<Reply<T>, Status> {
    next.run(call).await
}

fn main() {}
