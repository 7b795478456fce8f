//! A request that can be sent more than once.

mod body;
mod record;

use std::{fmt, sync::Arc};

use http::{Request, request};
use tonic::body::Body;

use crate::{
    Call, CallType, Method,
    exchange::Facts,
    payload::{Content, OutgoingBody},
};
use body::AttemptBody;
use record::Record;

/// A request that can be sent more than once, one attempt after the other or at once.
///
/// A request is recorded while the first attempt reads it; a later or a concurrent attempt reads the record, and then the
/// live request. The caller is never polled ahead of the fastest attempt. Each attempt starts from the original metadata
/// and extensions, so nothing accumulates, and counts in [`Call::attempt`].
///
/// # Who owns what, when
///
/// The record belongs to the `Replay` and to its attempts together. Once the `Replay` is dropped no attempt can begin, and
/// what all attempts under way have read is freed at once.
///
/// Over its limit the record is given up: the fastest attempt goes on alone with the live request, the others end with
/// CANCELLED, and [`attempt`](Self::attempt) gives none any more.
///
/// A request that failed on this side (its stream gave an error, an interceptor refused a message) is never sent again.
///
/// # Cost
///
/// What is kept is references to the frames as they came, at most `max_buffered_bytes` of them; one allocation, and one
/// for each attempt.
pub struct Replay<T: CallType> {
    method: Method,
    facts: Facts,
    head: request::Parts,
    record: Arc<Record>,
    attempts: u32,
    call_type: std::marker::PhantomData<fn() -> T>,
}

// === impl Replay ===

impl<T: CallType> Replay<T> {
    pub(crate) fn new(call: Call<T>, max_buffered_bytes: usize) -> Self {
        let (facts, method) = (call.facts(), call.method().clone());
        let mut exchange = call.into_exchange();
        let content = exchange.take_request_content();
        let body = content.into_body(|content| Body::new(OutgoingBody::recorded(content)));
        let (head, live) = exchange.take_request(body).into_parts();
        Self {
            method,
            facts,
            head,
            record: Arc::new(Record::new(live, max_buffered_bytes)),
            attempts: 0,
            call_type: std::marker::PhantomData,
        }
    }

    /// The next attempt in the place of those before it: they are cut off, and end with CANCELLED. This is for an attempt
    /// that is made after the one before it failed: what is below may still read the request of an attempt that is over,
    /// and must not use up the limit, or be the fastest.
    ///
    /// `None` as of [`attempt`](Self::attempt); then nobody is cut off.
    pub fn restart(&mut self) -> Option<Call<T>> {
        AttemptBody::alone(&self.record).map(|body| self.begin(body))
    }

    /// The next attempt beside those under way, as often as needed; `None` once the record is over its limit, or the request failed on this side.
    pub fn attempt(&mut self) -> Option<Call<T>> {
        AttemptBody::new(&self.record).map(|body| self.begin(body))
    }

    fn begin(&mut self, body: AttemptBody) -> Call<T> {
        let facts = Facts {
            attempt: self.attempts,
            // a later attempt has less time left than `grpc-timeout` said at the first
            deadline_is_new: self.facts.deadline_is_new || self.attempts > 0,
            ..self.facts
        };
        self.attempts += 1;
        let request = Request::from_parts(self.head.clone(), Body::new(body));
        Call::assemble(self.method.clone(), facts, request, Content::fallible)
    }

    /// How many attempts there were.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How many bytes are kept.
    #[must_use]
    pub fn buffered_bytes(&self) -> usize {
        self.record.held_bytes()
    }
}

impl<T: CallType> Drop for Replay<T> {
    fn drop(&mut self) {
        self.record.close();
    }
}

impl<T: CallType> fmt::Debug for Replay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("method", &self.method)
            .field("attempts", &self.attempts)
            .field("buffered_bytes", &self.buffered_bytes())
            .finish_non_exhaustive()
    }
}
