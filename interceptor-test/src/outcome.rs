//! What came of a call.

use std::{fmt, time::Duration};

use http::StatusCode;
use interceptor_core::tonic::{Code, Status, metadata::MetadataMap};

use crate::{
    Attempt, Case, SideBySide, Timeline, What, WireMessage,
    harness::{Caller, Received, Stop},
    status,
};

/// What came of a call: as the caller saw it, each attempt as the peer saw it, and the order of events.
///
/// `Display` is the whole of it, for the message of an assertion.
#[derive(Clone)]
pub struct Outcome {
    case: Case,
    ending: Ending,
    status: Status,
    http_status: Option<StatusCode>,
    metadata: MetadataMap,
    messages: Vec<WireMessage>,
    trailers: Option<MetadataMap>,
    attempts: Vec<Attempt>,
    timeline: Timeline,
    elapsed: Duration,
}

/// How a call ended for its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ending {
    /// With the status in the trailers.
    Trailers,
    /// With the status in the headers ("trailers-only").
    TrailersOnly,
    /// Without a status, or within a message.
    Truncated,
    /// With an error of the call: on the client, the `Err(status)` of the chain.
    CallFailed,
    /// With an error of the response's body.
    BodyFailed,
    /// The caller let go of it, as it was told to.
    Cancelled,
    /// It did not end: after its patience the harness let go of it.
    Hung,
    /// The interceptor or the peer panicked, and the panic came through to the caller.
    Panicked,
}

// === impl Outcome ===

impl Outcome {
    /// The code of the status that the call ended with. Without one it is what an observer says of such an end: UNKNOWN
    /// without trailers, CANCELLED for a call that was dropped or hung, INTERNAL for a panic.
    #[must_use]
    pub fn code(&self) -> Code {
        self.status.code()
    }

    /// The status that the call ended with; its source, too, if it came as an error.
    #[must_use]
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// How the call ended.
    #[must_use]
    pub fn ending(&self) -> Ending {
        self.ending
    }

    /// Whether the status came in the headers, or as an error in the place of a response: the caller got no headers but
    /// those of the status.
    #[must_use]
    pub fn is_trailers_only(&self) -> bool {
        matches!(self.ending, Ending::TrailersOnly | Ending::CallFailed)
    }

    /// The HTTP status of the response, if there was one.
    #[must_use]
    pub fn http_status(&self) -> Option<StatusCode> {
        self.http_status
    }

    /// The initial metadata of the response: all its headers.
    #[must_use]
    pub fn metadata(&self) -> &MetadataMap {
        &self.metadata
    }

    /// The response messages.
    #[must_use]
    pub fn messages(&self) -> &[WireMessage] {
        &self.messages
    }

    /// The trailers, with `grpc-status` in them.
    #[must_use]
    pub fn trailers(&self) -> Option<&MetadataMap> {
        self.trailers.as_ref()
    }

    /// The value of a response header that is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.metadata.get(name)?.to_str().ok()
    }

    /// The value of a trailer that is text.
    #[must_use]
    pub fn trailer(&self, name: &str) -> Option<&str> {
        self.trailers.as_ref()?.get(name)?.to_str().ok()
    }

    /// Each attempt as the peer saw it, in the order in which they came.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The events in order.
    #[must_use]
    pub fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// How long the call took, in paused time.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.elapsed
    }

    /// The call type, and the side.
    #[must_use]
    pub fn case(&self) -> Case {
        self.case
    }

    /// Asserts that the call ended with that code.
    ///
    /// # Panics
    ///
    /// If it did not, with both codes and the whole of the call.
    #[track_caller]
    pub fn assert_code(&self, code: Code) {
        let [expected, seen] = [code, self.code()].map(|code| format!("{code:?}"));
        let seen = match self.status.message() {
            text if code != self.code() && !text.is_empty() => format!("{seen} {text:?}"),
            _ => seen,
        };
        SideBySide::new(&expected, &seen).assert(self);
    }

    /// Asserts that these are the response messages.
    ///
    /// # Panics
    ///
    /// If they are not, with both side by side, message by message, and the whole of the call.
    #[track_caller]
    pub fn assert_messages<M: Into<WireMessage>>(&self, messages: impl IntoIterator<Item = M>) {
        let expected: Vec<_> = messages
            .into_iter()
            .map(|it| it.into().to_string())
            .collect();
        let seen: Vec<_> = self.messages.iter().map(ToString::to_string).collect();
        SideBySide::new(&expected.join("\n"), &seen.join("\n")).assert(self);
    }

    /// Asserts what the peer saw of each attempt: one line for each, as [`Attempt`]'s `Display` has it.
    ///
    /// # Panics
    ///
    /// If it saw something else, with both side by side, and the whole of the call.
    #[track_caller]
    pub fn assert_attempts(&self, expected: &str) {
        let seen: Vec<_> = self.attempts.iter().map(ToString::to_string).collect();
        SideBySide::new(expected, &seen.join("\n")).assert(self);
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (code, text) = (self.code(), self.status.message());
        writeln!(f, "{}: {code:?} {text:?} ({:?})", self.case, self.ending)?;
        self.timeline.fmt(f)
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Puts together what came of a call.
pub(crate) fn outcome(
    case: Case,
    stop: Stop,
    caller: &Caller,
    attempts: Vec<Attempt>,
    elapsed: Duration,
) -> Outcome {
    let received = std::mem::take(&mut *caller.received());
    let (ending, status) = ending(stop, &received);
    if !matches!(ending, Ending::Cancelled | Ending::Hung | Ending::Panicked) {
        caller.write(What::End(status.code()));
    }
    Outcome {
        case,
        ending,
        status,
        http_status: received.http_status,
        metadata: MetadataMap::from_headers(received.headers),
        messages: received.messages,
        trailers: received.trailers.map(MetadataMap::from_headers),
        attempts,
        timeline: caller.timeline.clone(),
        elapsed,
    }
}

fn ending(stop: Stop, received: &Received) -> (Ending, Status) {
    match stop {
        Stop::Ended => ended(received),
        Stop::Failed(error) => {
            let ending = match received.http_status {
                Some(_) => Ending::BodyFailed,
                None => Ending::CallFailed,
            };
            (ending, Status::from_error(error))
        }
        Stop::Cancelled => (Ending::Cancelled, Status::cancelled("the caller let go")),
        Stop::Hung => (Ending::Hung, Status::cancelled("the call hung")),
        Stop::Panicked(text) => (
            Ending::Panicked,
            Status::internal(format!("panicked: {text}")),
        ),
    }
}

/// The status of a response that came to its end, as tonic's client finds it: with one in the headers it looks at no
/// trailers, and with trailers it forgives a message that is cut off.
fn ended(received: &Received) -> (Ending, Status) {
    let in_headers = status::read(&received.headers);
    let in_trailers = received.trailers.as_ref().and_then(status::read);
    let http_status = received.http_status.unwrap_or_default();
    let is_cut_off = !received.reader.is_empty() && http_status == StatusCode::OK;
    match (in_headers, in_trailers) {
        (Some(status), _) if status.code() != Code::Ok => (Ending::TrailersOnly, status),
        (None, Some(status)) => (Ending::Trailers, status),
        _ if is_cut_off && received.trailers.is_none() => {
            let status = Status::internal("Unexpected EOF decoding stream.");
            (Ending::Truncated, status)
        }
        (Some(status), _) => (Ending::TrailersOnly, status),
        (None, None) => (Ending::Truncated, status::missing(http_status)),
    }
}
