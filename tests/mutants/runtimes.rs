//! What blocks the thread that others need.

use interceptor_core::{Call, CallType, Next, Reply};
use tokio::runtime::Handle;
use tonic::Status;

use super::{Mutant, Subject};
use crate::support::chain::one_body;

/// Waits for the rest of the chain on the runtime's own thread.
#[derive(Debug, Clone)]
struct BlocksOn;

impl BlocksOn {
    #[expect(clippy::unused_async, reason = "a mutant: it blocks instead")]
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        Handle::current().block_on(next.run(call))
    }
}

one_body!([] BlocksOn);

/// The same, and tells the runtime, which has no other thread.
#[derive(Debug, Clone)]
struct BlocksInPlace;

impl BlocksInPlace {
    #[expect(
        clippy::disallowed_methods,
        clippy::unused_async,
        reason = "a mutant: it does what is forbidden"
    )]
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        tokio::task::block_in_place(|| Handle::current().block_on(next.run(call)))
    }
}

one_body!([] BlocksInPlace);

pub(crate) fn blocks_on_the_runtimes_thread() -> Mutant {
    Mutant {
        subject: Subject::inside("blocks_on_the_runtimes_thread", BlocksOn),
        law: "P34",
        says: "Cannot start a runtime from within a runtime",
        breaks: |_, _| true,
        pitfalls: &[34],
    }
}

pub(crate) fn blocks_in_place() -> Mutant {
    Mutant {
        subject: Subject::inside("blocks_in_place", BlocksInPlace),
        law: "P34",
        says: "can call blocking only when running on the multi-threaded runtime",
        breaks: |_, _| true,
        pitfalls: &[34],
    }
}
