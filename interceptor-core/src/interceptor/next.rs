use tonic::Status;

use crate::{Call, CallType, Reply, Run};

/// The rest of the chain, and the call itself below it.
///
/// [`run`](Self::run) uses it up. `next.clone().run(call)` is always allowed: one after the other, which is a retry, or at
/// once in one task, which is hedging. Each run is a call of its own below.
///
/// # Laws
///
/// - Not calling `run` means that nothing below ran.
/// - Dropping the future that `run` returns cancels what is below, at once.
/// - The first run of any clone uses the service that was made ready for this call; every other one waits for readiness
///   of its own.
///
/// # `Next` is not `'static`
///
/// It borrows from the chain, so it cannot move into `tokio::spawn`. Concurrent attempts are futures of one task:
/// `FuturesUnordered`, `join!` or `select!`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the rest of a chain of `{T}` calls",
    label = "expected the `next` of a `Call<{T}>`",
    note = "`next` has the call type of its call: `call: Call<T>` goes with `next: impl Next<T>`",
    note = "in a blocking definition, which has no `async`, write `next: BlockingNext<T>`"
)]
pub trait Next<T: CallType>: Clone + Send + Sync {
    /// Hands the call on: what an implementation of this trait writes, and nobody calls but [`run`](Self::run).
    #[doc(hidden)]
    fn proceed(self, call: Call<T>) -> impl Future<Output = Result<Reply<T>, Status>> + Send;

    /// Hands the call on, and gives what came of it.
    ///
    /// It returns for a call with a *unary response* when the call is over: `Ok` has the message and the trailers in
    /// hand, `Err` is the final status, wherever it stood on the wire. For a call with a *streamed response* it returns
    /// at the response headers: `Err` is an answer without a body, and a later failure is the last item of the stream.
    ///
    /// # Errors
    ///
    /// The status that the call ended with; [`Origin::of`](crate::Origin::of) tells where it was made.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future cancels the call.
    #[inline]
    fn run(self, call: Call<T>) -> Run<impl Future<Output = Result<Reply<T>, Status>> + Send> {
        Run::new(call.deadline(), self.proceed(call))
    }
}
