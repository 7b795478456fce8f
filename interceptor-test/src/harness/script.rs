//! What the caller does, step by step.

use std::{
    collections::VecDeque,
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use bytes::Bytes;
use http_body::{Body, Frame};

use crate::{Failure, WireMessage, failure::BoxError};

/// What the caller of a harness does, step by step: the other end of a [`Script`](crate::Script).
///
/// The call begins with the script. A message that is sent waits for who reads it; a script that does not say how the
/// request ends ends it, and then reads the response to its end.
///
/// ```
/// use std::time::Duration;
/// use interceptor_core::tonic::Code;
/// use interceptor_test::{CallerScript, Harness, Peer, Recorder};
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
/// let caller = CallerScript::new().send("ping").read(1).wait(Duration::from_secs(1)).send("pong");
/// let outcome = Harness::stream_stream(Recorder::new("a")).caller(caller).peer(Peer::echo()).call().await;
/// assert_eq!(outcome.messages(), ["ping", "pong"]);
/// assert_eq!(outcome.elapsed(), Duration::from_secs(1));
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct CallerScript {
    steps: Vec<CallerStep>,
}

#[derive(Debug, Clone)]
pub(super) enum CallerStep {
    Send(Bytes),
    Read(usize),
    Wait(Duration),
    Finish,
    Fail(Failure),
    Hang,
    Leave,
}

/// The request of a caller with a script: what was sent and not taken yet.
#[derive(Clone, Default)]
pub(super) struct Outbox(Arc<Mutex<Sent>>);

#[derive(Default)]
struct Sent {
    frames: VecDeque<Result<Bytes, Failure>>,
    is_over: bool,
    waker: Option<Waker>,
}

/// What comes out of an outbox.
pub(super) struct OutboxBody(Outbox);

// === impl CallerScript ===

impl CallerScript {
    /// One that sends nothing, and reads the response to its end.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends a message, in one DATA frame.
    #[must_use]
    pub fn send(self, message: impl Into<WireMessage>) -> Self {
        self.then(CallerStep::Send(message.into().to_frame()))
    }

    /// Sends a DATA frame of these bytes, whatever they are.
    #[must_use]
    pub fn data(self, bytes: impl Into<Bytes>) -> Self {
        self.then(CallerStep::Send(bytes.into()))
    }

    /// Reads until that many more response messages came, or the response ended. With 0, until its headers came.
    #[must_use]
    pub fn read(self, messages: usize) -> Self {
        self.then(CallerStep::Read(messages))
    }

    /// Does nothing for that long, in paused time. It reads nothing meanwhile.
    #[must_use]
    pub fn wait(self, time: Duration) -> Self {
        self.then(CallerStep::Wait(time))
    }

    /// Ends the request, cleanly.
    #[must_use]
    pub fn finish(self) -> Self {
        self.then(CallerStep::Finish)
    }

    /// Breaks the request off.
    #[must_use]
    pub fn fail(self, failure: Failure) -> Self {
        self.then(CallerStep::Fail(failure))
    }

    /// Leaves the request open, and reads the response to its end.
    #[must_use]
    pub fn hang(self) -> Self {
        self.then(CallerStep::Hang)
    }

    /// Lets go of the call.
    #[must_use]
    pub fn leave(self) -> Self {
        self.then(CallerStep::Leave)
    }

    /// The steps, and what a caller does behind them.
    pub(super) fn steps(&self) -> Vec<CallerStep> {
        let is_ended = self.steps.iter().any(|step| {
            matches!(
                step,
                CallerStep::Finish | CallerStep::Fail(_) | CallerStep::Hang
            )
        });
        let end = (!is_ended).then_some(CallerStep::Finish);
        let steps = self.steps.iter().cloned().chain(end);
        steps.chain([CallerStep::Read(usize::MAX)]).collect()
    }

    fn then(mut self, step: CallerStep) -> Self {
        self.steps.push(step);
        self
    }
}

// === impl Outbox ===

impl Outbox {
    pub(super) fn body(&self) -> OutboxBody {
        OutboxBody(self.clone())
    }

    pub(super) fn send(&self, frame: Bytes) {
        self.change(|sent| sent.frames.push_back(Ok(frame)));
    }

    pub(super) fn fail(&self, failure: Failure) {
        self.change(|sent| sent.frames.push_back(Err(failure)));
    }

    pub(super) fn finish(&self) {
        self.change(|sent| sent.is_over = true);
    }

    fn change(&self, change: impl FnOnce(&mut Sent)) {
        let mut sent = self.lock();
        change(&mut sent);
        if let Some(waker) = sent.waker.take() {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Sent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Body for OutboxBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut sent = self.0.lock();
        match sent.frames.pop_front() {
            Some(Ok(frame)) => Poll::Ready(Some(Ok(Frame::data(frame)))),
            Some(Err(failure)) => {
                sent.is_over = true;
                Poll::Ready(Some(Err(failure.into_error())))
            }
            None if sent.is_over => Poll::Ready(None),
            None => {
                sent.waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        let sent = self.0.lock();
        sent.is_over && sent.frames.is_empty()
    }
}

/// Waits that long, and polls something meanwhile.
pub(super) async fn meanwhile(time: Duration, mut poll: impl FnMut(&mut Context<'_>)) {
    let mut sleep = std::pin::pin!(tokio::time::sleep(time));
    poll_fn(|cx| {
        poll(cx);
        sleep.as_mut().poll(cx)
    })
    .await;
}
