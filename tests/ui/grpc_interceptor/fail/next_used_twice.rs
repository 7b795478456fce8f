use grpc_interceptor::prelude::*;

struct Timing;

#[grpc_interceptor]
impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(1024);
        let mut last = None;
        while let Some(call) = replay.attempt() {
            last = Some(next.run(call).await);
        }
        last.unwrap()
    }
}

fn main() {}
