//! What the peer saw of each attempt.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{Extensions, request};
use interceptor_core::tonic::{Code, Status, metadata::MetadataMap};

use crate::{Timeline, What, Who, WireMessage};

/// One attempt as the peer below the chain saw it: a call of its own.
///
/// `Display` is one line: when it came, what was called, the request's messages and how it ended, and how far the response
/// got.
///
/// ```
/// use interceptor_core::Identity;
/// use interceptor_test::{Harness, Peer};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let outcome = Harness::unary_unary(Identity).peer(Peer::echo()).call().await;
/// let attempt = outcome.attempts()[0].to_string();
/// assert_eq!(attempt, r#"0ns /interceptor.test.Test/UnaryUnary: request "one" ended cleanly, response complete"#);
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Attempt {
    at: Duration,
    path: String,
    metadata: MetadataMap,
    extensions: Extensions,
    messages: Vec<WireMessage>,
    request_end: RequestEnd,
    request_error: Option<Status>,
    response_end: ResponseEnd,
}

/// How a request ended, as the peer saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestEnd {
    /// The peer was done before it had read the request to its end.
    Unread,
    /// Cleanly: on the wire, the stream was half-closed. A server takes what came for the whole of it.
    Clean,
    /// The attempt was dropped before: on the wire, the stream was reset.
    Dropped,
    /// The body failed: on the wire, the stream was reset. The code is what tonic says of the error.
    Failed(Code),
}

/// How far the peer came with its response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ResponseEnd {
    /// All of it was taken from it, to what the script says is its end.
    Complete,
    /// The attempt was dropped before: on the wire, the stream was reset.
    Dropped,
    /// The script broke the connection.
    Failed,
    /// The script panicked.
    Panicked,
}

/// The attempts of one call, while they last.
#[derive(Debug, Clone)]
pub(crate) struct Attempts {
    list: Arc<Mutex<Vec<Attempt>>>,
    timeline: Timeline,
}

/// One attempt, while it lasts. Dropped before its end, it says so.
#[derive(Debug)]
pub(crate) struct AttemptLog {
    attempts: Attempts,
    index: usize,
    is_over: bool,
}

// === impl Attempt ===

impl Attempt {
    fn new(at: Duration, parts: &request::Parts) -> Self {
        Self {
            at,
            path: parts.uri.path().to_owned(),
            metadata: MetadataMap::from_headers(parts.headers.clone()),
            extensions: parts.extensions.clone(),
            messages: Vec::new(),
            request_end: RequestEnd::Unread,
            request_error: None,
            response_end: ResponseEnd::Dropped,
        }
    }

    /// When it came, in paused time since the call began.
    #[must_use]
    pub fn at(&self) -> Duration {
        self.at
    }

    /// The path that was called.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The request's metadata: all its headers.
    #[must_use]
    pub fn metadata(&self) -> &MetadataMap {
        &self.metadata
    }

    /// The value of a header that is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.metadata.get(name)?.to_str().ok()
    }

    /// The request's extensions: on a server, what reaches the handler.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// How much time `grpc-timeout` gives the peer.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        parse_timeout(self.header("grpc-timeout")?)
    }

    /// The request messages that the peer read.
    #[must_use]
    pub fn messages(&self) -> &[WireMessage] {
        &self.messages
    }

    /// How the request ended.
    #[must_use]
    pub fn request_end(&self) -> RequestEnd {
        self.request_end
    }

    /// The error that the request ended with.
    #[must_use]
    pub fn request_error(&self) -> Option<&Status> {
        self.request_error.as_ref()
    }

    /// How far the peer came with its response.
    #[must_use]
    pub fn response_end(&self) -> ResponseEnd {
        self.response_end
    }

    /// Whether whoever waited for it let go of it before its end.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        self.response_end == ResponseEnd::Dropped
    }
}

/// Up to eight digits and a unit.
fn parse_timeout(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = number.parse().ok()?;
    Some(match unit {
        "n" => Duration::from_nanos(number),
        "u" => Duration::from_micros(number),
        "m" => Duration::from_millis(number),
        "S" => Duration::from_secs(number),
        "M" => Duration::from_secs(number.checked_mul(60)?),
        "H" => Duration::from_secs(number.checked_mul(3600)?),
        _ => return None,
    })
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}: request ", self.at, self.path)?;
        for message in &self.messages {
            write!(f, "{message} ")?;
        }
        write!(f, "{}, response {}", self.request_end, self.response_end)
    }
}

impl fmt::Display for ResponseEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Complete => "complete",
            Self::Dropped => "dropped",
            Self::Failed => "failed",
            Self::Panicked => "panicked",
        })
    }
}

impl fmt::Display for RequestEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unread => f.write_str("not read to its end"),
            Self::Clean => f.write_str("ended cleanly"),
            Self::Dropped => f.write_str("dropped"),
            Self::Failed(code) => write!(f, "failed with {code:?}"),
        }
    }
}

// === impl Attempts ===

impl Attempts {
    pub(crate) fn new(timeline: Timeline) -> Self {
        let list = Arc::default();
        Self { list, timeline }
    }

    /// An attempt comes.
    pub(crate) fn begin(&self, parts: &request::Parts) -> AttemptLog {
        let index = {
            let mut list = self.lock();
            list.push(Attempt::new(self.timeline.elapsed(), parts));
            list.len() - 1
        };
        let attempt = AttemptLog {
            attempts: self.clone(),
            index,
            is_over: false,
        };
        attempt.write(What::Call);
        attempt
    }

    /// What there was so far.
    pub(crate) fn so_far(&self) -> Vec<Attempt> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Attempt>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl AttemptLog ===

impl AttemptLog {
    /// A request message was read.
    pub(crate) fn read(&self, message: WireMessage) {
        self.change(|attempt| attempt.messages.push(message.clone()));
        self.write(What::Request(message));
    }

    /// The request ended.
    pub(crate) fn request_ended(&self, result: Result<(), &Status>) {
        let end = result.map_or_else(
            |status| RequestEnd::Failed(status.code()),
            |()| RequestEnd::Clean,
        );
        self.change(|attempt| {
            attempt.request_end = end;
            attempt.request_error = result.err().cloned();
        });
        self.write(What::RequestEnded(end));
    }

    /// The response ended, for the reason that `what` tells.
    pub(crate) fn over(&mut self, end: ResponseEnd, what: What) {
        self.is_over = true;
        self.change(|attempt| attempt.response_end = end);
        self.write(what);
    }

    pub(crate) fn write(&self, what: What) {
        let who = Who::Peer(self.index + 1);
        self.attempts.timeline.push(who, what);
    }

    /// How many request messages were read.
    pub(crate) fn messages_read(&self) -> usize {
        self.attempts.lock()[self.index].messages.len()
    }

    fn change(&self, change: impl FnOnce(&mut Attempt)) {
        change(&mut self.attempts.lock()[self.index]);
    }
}

impl Drop for AttemptLog {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        self.change(|attempt| {
            if attempt.request_end == RequestEnd::Unread {
                attempt.request_end = RequestEnd::Dropped;
            }
        });
        self.over(ResponseEnd::Dropped, What::Dropped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timeouts_are_read_in_each_unit() {
        for (text, timeout) in [
            ("250m", Some(Duration::from_millis(250))),
            ("1S", Some(Duration::from_secs(1))),
            ("2M", Some(Duration::from_secs(120))),
            ("1H", Some(Duration::from_secs(3600))),
            ("7u", Some(Duration::from_micros(7))),
            ("9n", Some(Duration::from_nanos(9))),
            ("", None),
            ("S", None),
            ("1x", None),
            ("1ü", None),
        ] {
            assert_eq!(parse_timeout(text), timeout, "{text:?}");
        }
    }
}
