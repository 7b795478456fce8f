use grpc_interceptor::prelude::*;

trait Policy: Send + Sync + 'static {
    fn allows(&self, call: &str) -> bool;
}

struct Always;

impl Policy for Always {
    fn allows(&self, _call: &str) -> bool {
        true
    }
}

#[grpc_interceptor]
struct Gate<P: Policy, const N: usize>(P);

impl<P: Policy, const N: usize> Gate<P, N> {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if self.0.allows(call.method().path()) {
            next.run(call).await
        } else {
            Err(Status::permission_denied("not you"))
        }
    }
}

fn main() {
    is_interceptor(Gate::<Always, 3>(Always));
}

fn is_interceptor(_: impl Interceptor) {}
