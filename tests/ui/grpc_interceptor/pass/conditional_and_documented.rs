use grpc_interceptor::prelude::*;

/// Times calls.
#[cfg(all())]
#[grpc_interceptor(name = "timing")]
#[derive(Debug, Clone)]
/// To their ends.
pub(crate) struct Timing {
    /// Each of them.
    pub(crate) calls: u64,
}

#[cfg(all())]
impl Timing {
    /// Is documented.
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        next.run(call).await
    }
}

fn main() {
    is_interceptor(Timing { calls: 1 });
}

fn is_interceptor(_: impl Interceptor) {}
