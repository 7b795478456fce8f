use grpc_interceptor::prelude::*;

#[grpc_interceptor]
enum Timing {
    Fine,
    Coarse { seconds: u64 },
}

impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn main() {
    is_interceptor(Timing::Coarse { seconds: 1 });
    is_interceptor(Timing::Fine);
}

fn is_interceptor(_: impl Interceptor) {}
