//! A request that can be sent more than once.

mod body;
mod budget;
mod head;
mod record;
mod whole;

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use tonic::body::Body;

use crate::{
    Call, CallType, Cardinality, Method,
    exchange::Facts,
    payload::{Content, OutgoingBody},
};
use body::AttemptBody;
pub use budget::ReplayBudget;
use head::Head;
use record::Record;
use whole::Whole;

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
/// What is kept is references to the frames as they came, at most `max_buffered_bytes` of them; some allocations, and some
/// for each attempt. A unary request that was in hand as a whole ([`Call::into_replay_within`]) costs a copy of its
/// extensions and one allocation more, until there is a second attempt.
pub struct Replay<T: CallType> {
    method: Method,
    facts: Facts,
    /// What there was at the beginning: the first attempt is the call itself, with another body.
    first: Option<Call<T>>,
    head: Head,
    kept: Kept,
    attempts: u32,
}

/// What is kept of a request.
enum Kept {
    /// All of it: it was in hand.
    Whole(Whole),
    /// What attempts have read of it so far.
    Recorded(Arc<Record>),
}

// === impl Replay ===

impl<T: CallType> Replay<T> {
    #[inline]
    pub(crate) fn new(
        mut call: Call<T>,
        max_buffered_bytes: usize,
        budget: Option<&ReplayBudget>,
    ) -> Self {
        let may_wait = <T::Request as Cardinality>::STREAMING || budget.is_none();
        let whole = if may_wait {
            None
        } else {
            Whole::take(call.content(), max_buffered_bytes, budget)
        };
        let kept = match whole {
            Some(whole) => Kept::Whole(whole),
            None => Kept::Recorded(record(call.content(), max_buffered_bytes, budget)),
        };
        Self {
            method: call.method().clone(),
            facts: call.facts(),
            head: Head::of(&mut call),
            first: Some(call),
            kept,
            attempts: 0,
        }
    }

    /// The next attempt in the place of those before it: they are cut off, and end with CANCELLED. This is for an attempt
    /// that is made after the one before it failed: what is below may still read the request of an attempt that is over,
    /// and must not use up the limit, or be the fastest.
    ///
    /// `None` as of [`attempt`](Self::attempt); then nobody is cut off.
    pub fn restart(&mut self) -> Option<Call<T>> {
        if let Some(first) = self.first_of_whole() {
            return Some(first);
        }
        let content = match &self.kept {
            Kept::Whole(whole) => whole.content(),
            Kept::Recorded(record) => AttemptBody::alone(record).map(of_attempt),
        };
        content.map(|content| self.begin(content))
    }

    /// The next attempt beside those under way, as often as needed; `None` once the record is over its limit, or the request failed on this side.
    #[inline]
    pub fn attempt(&mut self) -> Option<Call<T>> {
        if let Some(first) = self.first_of_whole() {
            return Some(first);
        }
        let content = match &self.kept {
            Kept::Whole(whole) => whole.content(),
            Kept::Recorded(record) => AttemptBody::new(record).map(of_attempt),
        };
        content.map(|content| self.begin(content))
    }

    /// The first attempt of a request that was in hand as a whole, which is in it still.
    #[inline]
    fn first_of_whole(&mut self) -> Option<Call<T>> {
        let Kept::Whole(_) = &self.kept else {
            return None;
        };
        let first = self.first.take()?;
        self.attempts = 1;
        Some(first.in_attempt(0))
    }

    #[inline]
    fn begin(&mut self, content: Content) -> Call<T> {
        let attempt = self.attempts;
        self.attempts += 1;
        if let Some(mut call) = self.first.take() {
            *call.content() = content;
            return call.in_attempt(attempt);
        }
        let facts = Facts {
            attempt,
            // a later attempt has less time left than `grpc-timeout` said at the first
            deadline_is_new: true,
            ..self.facts
        };
        let request = self.head.again(&self.method);
        Call::assemble(self.method.clone(), facts, request, |()| content)
    }

    /// Which method is called.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Whether there can be another attempt: the request did not go over its limit, and did not fail on this side.
    #[must_use]
    pub fn can_attempt(&self) -> bool {
        match &self.kept {
            Kept::Whole(_) => true,
            Kept::Recorded(record) => record.can_join(),
        }
    }

    /// An attempt is over, by its number: what is below may still read the request of it, and must not use up the limit, or
    /// be the fastest. It is cut off, and the others go on.
    pub fn give_up(&mut self, attempt: u32) {
        if let Kept::Recorded(record) = &self.kept {
            record.cut_off(u64::from(attempt));
        }
    }

    /// Which attempt goes on alone, by its number, if the request went over its limit.
    #[must_use]
    pub fn alone(&self) -> Option<u32> {
        match &self.kept {
            Kept::Whole(_) => None,
            Kept::Recorded(record) => record.alone(),
        }
    }

    /// How many attempts there were.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How many bytes are kept.
    #[must_use]
    pub fn buffered_bytes(&self) -> usize {
        match &self.kept {
            Kept::Whole(whole) => whole.held_bytes(),
            Kept::Recorded(record) => record.held_bytes(),
        }
    }

    /// Ready when the request went over its limit while attempts were under way, with [`alone`](Self::alone). The others will
    /// come to nothing, and may be dropped.
    pub fn poll_alone(&self, cx: &mut Context<'_>) -> Poll<u32> {
        match &self.kept {
            Kept::Whole(_) => Poll::Pending,
            Kept::Recorded(record) => record.poll_alone(cx),
        }
    }
}

/// Records a request while attempts read it.
fn record(content: &mut Content, max: usize, budget: Option<&ReplayBudget>) -> Arc<Record> {
    let content = std::mem::replace(content, Content::empty());
    let live = content.into_body(|content| Body::new(OutgoingBody::recorded(content)));
    Arc::new(Record::new(live, max, budget.cloned()))
}

fn of_attempt(body: AttemptBody) -> Content {
    Content::fallible(Body::new(body))
}

impl<T: CallType> Drop for Replay<T> {
    fn drop(&mut self) {
        if let Kept::Recorded(record) = &self.kept {
            record.close();
        }
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
