use grpc_interceptor::prelude::*;

struct Timing;

impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn main() -> Result<(), grpc_interceptor::ConfigError> {
    ServerLayer::new(Timing, &Methods::unknown())?;
    Ok(())
}
