//! One line for each call, when it is over.

use std::time::Instant;

use grpc_interceptor::prelude::*;

/// Prints each call that passes when it is over: any call type, client or server.
#[grpc_interceptor]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log;

// === impl Log ===

impl Log {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (side, kind, method) = (call.side(), call.kind(), call.method().clone());
        let started = Instant::now();
        next.run(call)
            .on_end(move |end| {
                println!(
                    "{side}  {kind:<13}  {method}  {:?}  {:.1?}",
                    end.code(),
                    started.elapsed()
                );
            })
            .await
    }
}
