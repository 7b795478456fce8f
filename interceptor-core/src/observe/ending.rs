use std::{mem, time::Instant};

use http::HeaderMap;
use tonic::{Status, metadata::MetadataMap};

use super::{End, guard::guarded};
use crate::{CallType, Reply, payload::Hook, status::wire};

/// Who is told of the end of a call.
pub trait Ended {
    /// It ended.
    fn ended(self, end: &End<'_>);
}

/// Tells of the end of a call, once; dropped before that, it tells of the drop.
pub(crate) struct Ending<E: Ended> {
    tell: Option<E>,
    deadline: Option<Instant>,
}

/// What is known of a streamed response's end before it comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// The headers said that all went well, so that trailers decide nothing.
    pub(super) status_in_headers: bool,
    /// What the trailers say, a peer says.
    pub(super) from_peer: bool,
    /// An error in it is of the transport, and was not looked at yet.
    pub(super) breaks_raw: bool,
}

impl<F: FnOnce(&End<'_>)> Ended for F {
    fn ended(self, end: &End<'_>) {
        self(end);
    }
}

// === impl Ending ===

impl<E: Ended> Ending<E> {
    #[inline]
    pub(super) fn new(tell: E, deadline: Option<Instant>) -> Self {
        Self {
            tell: Some(tell),
            deadline,
        }
    }

    /// Hands over who is told; what they were not told of yet is still to come.
    pub(super) fn map<M: Ended>(mut self, map: impl FnOnce(E) -> M) -> Ending<M> {
        Ending {
            tell: self.tell.take().map(map),
            deadline: self.deadline,
        }
    }

    /// Hands over all of it.
    pub(super) fn take(&mut self) -> Self {
        Self {
            tell: self.tell.take(),
            deadline: self.deadline,
        }
    }

    /// Who is told, as long as they were not.
    #[inline]
    pub(super) fn waiting(&mut self) -> Option<&mut E> {
        self.tell.as_mut()
    }

    #[inline]
    pub(super) fn tell(&mut self, end: &End<'_>) {
        guarded(|| {
            if let Some(tell) = self.tell.take() {
                tell.ended(end);
            }
        });
    }

    /// Tells of an end with trailers; they say how the call ended, unless the headers did.
    fn tell_trailers(
        &mut self,
        trailers: &MetadataMap,
        they_decide: impl FnOnce() -> bool,
        from_peer: bool,
    ) {
        if let Some(tell) = self.tell.take() {
            End::with_trailers(trailers, they_decide, from_peer, |end| {
                guarded(|| tell.ended(end));
            });
        }
    }

    /// The same for trailers on their way.
    pub(super) fn tell_passing(&mut self, trailers: &mut HeaderMap, known: Known) {
        let metadata = MetadataMap::from_headers(mem::take(trailers));
        self.tell_trailers(&metadata, || !known.status_in_headers, known.from_peer);
        *trailers = metadata.into_headers();
    }

    /// Tells of the end that `result` is, if it is one; else it is still to come.
    #[inline]
    pub(super) fn unless_settled<T: CallType>(
        mut self,
        result: &Result<Reply<T>, Status>,
    ) -> Option<Self> {
        let is_told = match result {
            Ok(reply) => self.tell_settled(reply),
            Err(status) => {
                self.tell(&End::of(status));
                true
            }
        };
        (!is_told).then_some(self)
    }

    /// Tells of the end of a reply that is over, and says whether it is.
    #[inline]
    pub(super) fn tell_settled<T: CallType>(&mut self, reply: &Reply<T>) -> bool {
        let Some(trailers) = reply.trailers() else {
            return false;
        };
        if reply.says_ok() {
            self.tell(&End::ok_with(trailers));
        } else {
            self.tell_trailers(trailers, || !is_in_headers(reply), false);
        }
        true
    }
}

impl<E: Ended> Drop for Ending<E> {
    fn drop(&mut self) {
        if self.tell.is_some() {
            self.tell(&End::dropped(self.deadline));
        }
    }
}

impl<E: Ended + Send> Hook for Ending<E> {
    fn finished(&mut self, end: &End<'_>) {
        self.tell(end);
    }
}

/// Whether the headers say how the call ended.
#[inline]
pub(super) fn is_in_headers<T: CallType>(reply: &Reply<T>) -> bool {
    wire::code_of(reply.metadata().as_ref()).is_some()
}
