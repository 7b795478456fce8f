use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T> + 'static,
    ) -> Result<Reply<T>, Status> {
        tokio::spawn(async move { next.run(call).await })
            .await
            .unwrap()
    }
}

fn main() {}
