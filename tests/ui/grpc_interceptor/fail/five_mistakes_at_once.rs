use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor(retries = 3, crate = grpc_interceptor, crate = grpc_interceptor, kinds(unary_unary))]
impl Timing {
    async fn intercept_call<T: CallType>(
        &mut self,
        next: impl Next<T>,
        call: Call<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn is_one(timing: Timing) -> impl Interceptor {
    timing
}

fn main() {}
