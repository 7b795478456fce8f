//! Who sees the response's messages, and the end of the call with them.

use std::sync::Arc;

use http::HeaderMap;

use super::{
    End, Observer, Passing,
    ending::Ending,
    state::Observed,
    watched::{Known, Tap},
};

/// An observer that sees both.
pub(super) struct Responses<O: Observer>(pub(super) Ending<Observed<Arc<O>, O>>);

impl<O: Observer> Tap for Responses<O> {
    #[inline]
    fn message(&mut self, message: &Passing<'_>) {
        if let Some(observed) = self.0.waiting() {
            observed.tell(|observer, call| observer.response_message(call, message));
        }
    }

    fn trailers(&mut self, trailers: &mut HeaderMap, known: Known) {
        self.0.tell_passing(trailers, known);
    }

    fn finished(&mut self, end: &End<'_>) {
        self.0.tell(end);
    }
}

impl<O: Observer> Unpin for Responses<O> {}
