use grpc_interceptor::prelude::*;

#[grpc_interceptor]
struct Timing;

impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Message, Status> {
        let _ = next.run(call).await?;
        Ok(Message::from_bytes(Default::default()))
    }
}

fn main() {}
