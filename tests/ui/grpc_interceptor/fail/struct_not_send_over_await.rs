use grpc_interceptor::prelude::*;

#[grpc_interceptor]
struct Timing;

impl Timing {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let count = std::rc::Rc::new(1);
        let reply = next.run(call).await;
        drop(count);
        reply
    }
}

fn main() {}
