//! What happened during a call, in order.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use interceptor_core::tonic::Code;
use tokio::time::Instant;

use crate::{RequestEnd, SideBySide, WireMessage};

/// What happened during a call, in order: what the caller, the peer and the [`Recorder`](crate::Recorder)s of the chain saw.
///
/// Clones share it. A harness puts it into the extensions of the request, where an interceptor can find it and
/// [`note`](Self::note) something. [`Display`](fmt::Display) is one line for each event, with the paused time since the
/// call began:
///
/// ```
/// use interceptor_test::{Harness, Peer, Recorder};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let outcome = Harness::unary_unary(Recorder::new("log").without_messages()).peer(Peer::echo()).call().await;
/// assert_eq!(outcome.timeline().to_string(), r#"
///       0ns  caller    call
///       0ns  log       call
///       0ns  peer 1    call
///       0ns  peer 1    request "one"
///       0ns  peer 1    request ended cleanly
///       0ns  peer 1    headers
///       0ns  peer 1    response "one"
///       0ns  peer 1    end Ok
///       0ns  log       end Ok
///       0ns  log       reply
///       0ns  caller    headers
///       0ns  caller    response "one"
///       0ns  caller    end Ok
/// "#.trim_start_matches('\n'));
/// # }
/// ```
#[derive(Clone)]
pub struct Timeline {
    start: Instant,
    events: Arc<Mutex<Vec<Event>>>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When, in paused time since the call began.
    pub at: Duration,
    /// Who saw it.
    pub who: Who,
    /// What it was.
    pub what: What,
}

/// Who saw something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Who {
    /// The caller, above the chain.
    Caller,
    /// The interceptor of this name.
    Interceptor(Arc<str>),
    /// The peer below the chain, in this attempt, counted from 1.
    Peer(usize),
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// The call came, or was made.
    Call,
    /// A request message passed.
    Request(WireMessage),
    /// The peer saw how the request ended.
    RequestEnded(RequestEnd),
    /// Response headers came, or were sent.
    Headers,
    /// An interceptor saw a reply: the headers, and all of a unary response.
    Reply,
    /// A response message passed.
    Response(WireMessage),
    /// An interceptor saw the call end with an error instead of a reply.
    Error(Code),
    /// The call ended with this code.
    End(Code),
    /// The body ended without trailers.
    NoTrailers,
    /// The way to the peer broke.
    Failed,
    /// Who waited for it stopped to: the caller let go of the call, or the chain of an attempt.
    Dropped,
    /// Nothing will ever happen any more, and the harness let go of the call.
    Hung,
    /// It panicked.
    Panicked,
    /// What an interceptor noted.
    Note(String),
}

// === impl Timeline ===

impl Timeline {
    /// An empty one, which starts now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
            events: Arc::default(),
        }
    }

    /// Writes down that an interceptor saw something of its own.
    pub fn note(&self, interceptor: &str, note: impl Into<String>) {
        self.push(
            Who::Interceptor(interceptor.into()),
            What::Note(note.into()),
        );
    }

    /// The events so far.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.lock().clone()
    }

    /// What the interceptors saw, in order and on one line: `a call, b call, b end Ok, b reply, a end Ok, a reply`.
    #[must_use]
    pub fn interceptors(&self) -> String {
        self.line(|who| matches!(who, Who::Interceptor(_)))
    }

    /// What the caller saw, in order and on one line.
    #[must_use]
    pub fn caller(&self) -> String {
        self.line(|who| *who == Who::Caller)
    }

    /// What the peer saw in all attempts, in order and on one line.
    #[must_use]
    pub fn peer(&self) -> String {
        self.line(|who| matches!(who, Who::Peer(_)))
    }

    /// Asserts that these are the events, one on each line, as [`Display`](fmt::Display) has them; blanks around a line do
    /// not count.
    ///
    /// # Panics
    ///
    /// If they are not, with both side by side.
    ///
    /// ```should_panic
    /// # use interceptor_test::Timeline;
    /// let timeline = Timeline::new();
    /// timeline.note("retry", "waits 1s");
    /// timeline.assert("0ns  retry     waits 2s");
    /// ```
    #[track_caller]
    pub fn assert(&self, expected: &str) {
        SideBySide::new(expected, &self.to_string()).assert("it went another way");
    }

    pub(crate) fn push(&self, who: Who, what: What) {
        let at = self.elapsed();
        self.lock().push(Event { at, who, what });
    }

    /// The paused time since it started.
    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn line(&self, of: impl Fn(&Who) -> bool) -> String {
        let events = self.lock();
        let seen = events.iter().filter(|event| of(&event.who));
        let texts: Vec<_> = seen
            .map(|Event { who, what, .. }| format!("{who} {what}"))
            .collect();
        texts.join(", ")
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Event>> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for Timeline {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock()
            .iter()
            .try_for_each(|event| writeln!(f, "{event}"))
    }
}

impl fmt::Debug for Timeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timeline:\n{self}")
    }
}

// === impl Event ===

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = format!("{:?}", self.at); // a duration ignores the width
        let who = self.who.to_string();
        write!(f, "{at:>9}  {who:<8}  {}", self.what)
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Caller => f.write_str("caller"),
            Self::Interceptor(name) => f.write_str(name),
            Self::Peer(attempt) => write!(f, "peer {attempt}"),
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call => f.write_str("call"),
            Self::Request(message) => write!(f, "request {message}"),
            Self::RequestEnded(end) => write!(f, "request {end}"),
            Self::Headers => f.write_str("headers"),
            Self::Reply => f.write_str("reply"),
            Self::Response(message) => write!(f, "response {message}"),
            Self::Error(code) => write!(f, "error {code:?}"),
            Self::End(code) => write!(f, "end {code:?}"),
            Self::NoTrailers => f.write_str("end without trailers"),
            Self::Failed => f.write_str("failed"),
            Self::Dropped => f.write_str("dropped"),
            Self::Hung => f.write_str("hung"),
            Self::Panicked => f.write_str("panicked"),
            Self::Note(note) => f.write_str(note),
        }
    }
}
