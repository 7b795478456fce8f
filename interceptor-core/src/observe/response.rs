//! Who sees the response's messages, and the end of the call with them.

use std::sync::Arc;

use http::HeaderMap;
use tonic::Status;

use super::{
    End, Observer, Passing,
    ending::{Ending, Known},
    state::Observed,
    watched::Tap,
};
use crate::status;

/// An observer that sees both.
pub(super) struct Responses<O: Observer> {
    pub(super) ending: Ending<Observed<Arc<O>, O>>,
    pub(super) known: Known,
}

impl<O: Observer> Tap for Responses<O> {
    const SEES_END: bool = true;

    #[inline]
    fn message(&mut self, message: Passing<'_>) {
        if let Some(observed) = self.ending.waiting() {
            observed.tell(move |observer, call| observer.response_message(call, &message));
        }
    }

    fn trailers(&mut self, trailers: &mut HeaderMap) {
        self.ending.tell_passing(trailers, self.known);
    }

    fn broke(&mut self, status: &Status) {
        if self.known.breaks_raw {
            let status = status::broken(status.clone());
            self.ending.tell(&End::of(&status));
        } else {
            self.ending.tell(&End::of(status));
        }
    }

    fn finished(&mut self) {
        if self.known.status_in_headers {
            self.ending.tell(&End::ok());
        } else {
            self.ending.tell(&End::without_trailers());
        }
    }
}

impl<O: Observer> Unpin for Responses<O> {}
