//! Who sees the request's messages. On a client they pass in the connection's task, and not in the caller's.

use std::sync::Arc;

use super::{Observer, Passing, guard::guarded, state::Observed, watched::Tap};

/// A closure.
pub(super) struct OnRequestMessage<F>(pub(super) F);

/// An observer, with the call's state shared.
pub(super) struct Requests<O: Observer>(pub(super) Observed<Arc<O>, O>);

impl<F: FnMut(&Passing<'_>) + Send + 'static> Tap for OnRequestMessage<F> {
    #[inline]
    fn message(&mut self, message: Passing<'_>) {
        guarded(|| (self.0)(&message));
    }
}

impl<F> Unpin for OnRequestMessage<F> {}

impl<O: Observer> Tap for Requests<O> {
    #[inline]
    fn message(&mut self, message: Passing<'_>) {
        self.0
            .tell(move |observer, call| observer.request_message(call, &message));
    }
}

impl<O: Observer> Unpin for Requests<O> {}
