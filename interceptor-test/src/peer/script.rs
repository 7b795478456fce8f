use std::time::Duration;

use bytes::Bytes;
use interceptor_core::tonic::Status;

use crate::{Failure, IntoStatus, WireMessage};

/// What a peer does with one attempt, step by step.
///
/// Response headers go out before the first message, or where [`headers`](Self::headers) says. A script that does not say
/// how the response ends ends it without trailers. Where the request fails, the script ends: a client's peer sees its
/// stream reset, and a handler returns the status that it got.
///
/// ```
/// use interceptor_core::tonic::Code;
/// use interceptor_test::{Harness, Peer, Recorder, Script};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let script = Script::new().read(1).send("early").read_all().send("late").end(Code::Aborted);
/// let outcome = Harness::stream_stream(Recorder::new("a")).peer(Peer::script(script)).call().await;
/// assert_eq!(outcome.messages(), ["early", "late"]);
/// assert_eq!(outcome.code(), Code::Aborted);
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Script {
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Read(usize),
    ReadAll,
    Echo,
    Wait(Duration),
    Headers,
    Send(WireMessage),
    Data(Bytes),
    End(Status),
    EndWithoutTrailers,
    Fail(Failure),
    Hang,
    Panic,
}

// === impl Script ===

impl Script {
    /// One that does nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads that many request messages, or fewer if the request ends.
    #[must_use]
    pub fn read(self, messages: usize) -> Self {
        self.then(Step::Read(messages))
    }

    /// Reads the request to its end.
    #[must_use]
    pub fn read_all(self) -> Self {
        self.then(Step::ReadAll)
    }

    /// Reads the request to its end and sends back each message as it comes; where the response is unary, all of them as
    /// one at the end.
    #[must_use]
    pub fn echo(self) -> Self {
        self.then(Step::Echo)
    }

    /// Waits that long, in paused time.
    #[must_use]
    pub fn wait(self, time: Duration) -> Self {
        self.then(Step::Wait(time))
    }

    /// Sends response headers, if it did not.
    #[must_use]
    pub fn headers(self) -> Self {
        self.then(Step::Headers)
    }

    /// Sends a message, in one DATA frame.
    #[must_use]
    pub fn send(self, message: impl Into<WireMessage>) -> Self {
        self.then(Step::Send(message.into()))
    }

    /// Sends messages, each in its own DATA frame.
    #[must_use]
    pub fn send_all<M: Into<WireMessage>>(self, messages: impl IntoIterator<Item = M>) -> Self {
        messages.into_iter().fold(self, Self::send)
    }

    /// Sends a DATA frame of these bytes, whatever they are.
    #[must_use]
    pub fn data(self, bytes: impl Into<Bytes>) -> Self {
        self.then(Step::Data(bytes.into()))
    }

    /// Ends the response: by trailers, or, for an error before response headers were sent, by an answer without messages
    /// ("trailers-only").
    #[must_use]
    pub fn end(self, status: impl IntoStatus) -> Self {
        self.then(Step::End(status.into_status()))
    }

    /// Ends the response without trailers.
    #[must_use]
    pub fn end_without_trailers(self) -> Self {
        self.then(Step::EndWithoutTrailers)
    }

    /// Fails: before response headers with an error of the service, after them with an error of the body.
    #[must_use]
    pub fn fail(self, failure: Failure) -> Self {
        self.then(Step::Fail(failure))
    }

    /// Does nothing any more.
    #[must_use]
    pub fn hang(self) -> Self {
        self.then(Step::Hang)
    }

    /// Panics.
    #[must_use]
    pub fn panic(self) -> Self {
        self.then(Step::Panic)
    }

    /// The numbers from 1 on, as messages.
    pub(super) fn send_numbers(self, count: usize) -> Self {
        self.send_all((1..=count).map(|number| number.to_string()))
    }

    pub(super) fn first(mut self, step: Step) -> Self {
        self.steps.insert(0, step);
        self
    }

    fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}
