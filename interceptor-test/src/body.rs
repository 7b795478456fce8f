//! Bodies that do what a test says, and tell what was done to them.

use std::{
    fmt,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame};
use tokio::time::Sleep;

use crate::{Failure, WireMessage, failure::BoxError};

/// A body that does what a test says: frames, pauses, trailers, errors, and lies about its end.
///
/// A clone begins from the beginning; it shares the [`Probe`].
///
/// ```
/// use http_body::Body as _;
/// use interceptor_test::{EndStream, ScriptedBody};
///
/// let body = ScriptedBody::new().message("one").end_stream(EndStream::Known);
/// let probe = body.probe();
/// assert!(!body.is_end_stream());
/// drop(body);
/// assert!(probe.is_dropped());
/// assert_eq!(probe.polls(), 0);
/// ```
#[derive(Debug)]
pub struct ScriptedBody {
    script: Arc<Vec<Part>>,
    /// Which part is next.
    position: usize,
    sleep: Option<Pin<Box<Sleep>>>,
    end_stream: EndStream,
    ended: bool,
    probe: Probe,
}

/// What [`is_end_stream`](http_body::Body::is_end_stream) of a body says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum EndStream {
    /// Yes from the moment on at which a poll said so: what most bodies do.
    #[default]
    AfterEnd,
    /// Yes as soon as nothing is left: what a body does that is all in hand, and hyper's when the last frame said so.
    Known,
    /// Never: allowed, too.
    Never,
    /// Always: a lie, if something is left.
    Always,
}

/// What was done to a body; clones look at the same.
#[derive(Clone, Default)]
pub struct Probe {
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    polls: AtomicUsize,
    frames: AtomicUsize,
    ended: AtomicBool,
    dropped: AtomicBool,
}

#[derive(Debug, Clone)]
enum Part {
    Data(Bytes),
    Trailers(HeaderMap),
    Failure(Failure),
    Wait(Duration),
    Pending,
    Hang,
    Panic,
}

// === impl ScriptedBody ===

impl ScriptedBody {
    /// An empty one: it ends when it is polled.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Arc::default(), EndStream::default(), Probe::default())
    }

    /// A message, in one DATA frame.
    #[must_use]
    pub fn message(self, message: impl Into<WireMessage>) -> Self {
        self.data(message.into().to_frame())
    }

    /// Messages, each in its own DATA frame.
    #[must_use]
    pub fn messages<M: Into<WireMessage>>(self, messages: impl IntoIterator<Item = M>) -> Self {
        messages.into_iter().fold(self, Self::message)
    }

    /// A DATA frame of these bytes, whatever they are.
    #[must_use]
    pub fn data(self, bytes: impl Into<Bytes>) -> Self {
        self.then(Part::Data(bytes.into()))
    }

    /// Trailers. Nothing behind them is given.
    #[must_use]
    pub fn trailers(self, trailers: HeaderMap) -> Self {
        self.then(Part::Trailers(trailers))
    }

    /// An error. Nothing behind it is given.
    #[must_use]
    pub fn fail(self, failure: Failure) -> Self {
        self.then(Part::Failure(failure))
    }

    /// Nothing for that long.
    #[must_use]
    pub fn wait(self, time: Duration) -> Self {
        self.then(Part::Wait(time))
    }

    /// Pending once, and ready to be polled again at once.
    #[must_use]
    pub fn pending(self) -> Self {
        self.then(Part::Pending)
    }

    /// Nothing any more, and no end either.
    #[must_use]
    pub fn hang(self) -> Self {
        self.then(Part::Hang)
    }

    /// A panic of who polls it, which the terminal is not told of.
    #[must_use]
    pub fn panic(self) -> Self {
        self.then(Part::Panic)
    }

    /// What `is_end_stream` says. Default: the truth, after the end.
    #[must_use]
    pub fn end_stream(mut self, end_stream: EndStream) -> Self {
        self.end_stream = end_stream;
        self
    }

    /// Tells what is done to this body.
    #[must_use]
    pub fn probe(&self) -> Probe {
        self.probe.clone()
    }

    fn of(script: Arc<Vec<Part>>, end_stream: EndStream, probe: Probe) -> Self {
        Self {
            script,
            position: 0,
            sleep: None,
            end_stream,
            ended: false,
            probe,
        }
    }

    fn then(mut self, part: Part) -> Self {
        Arc::make_mut(&mut self.script).push(part);
        self
    }

    fn take(&mut self) -> Option<Part> {
        let part = self.script.get(self.position).cloned()?;
        self.position += 1;
        Some(part)
    }

    /// Whether the script waits here.
    fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(sleep) = &mut self.sleep {
                ready!(sleep.as_mut().poll(cx));
                self.sleep = None;
            }
            match self.script.get(self.position) {
                Some(Part::Wait(time)) => self.sleep = Some(Box::pin(tokio::time::sleep(*time))),
                Some(Part::Pending) => cx.waker().wake_by_ref(),
                Some(Part::Hang) => return Poll::Pending,
                _ => return Poll::Ready(()),
            }
            if let Some(Part::Pending) = self.take() {
                return Poll::Pending;
            }
        }
    }

    fn next(&mut self) -> Option<Result<Frame<Bytes>, BoxError>> {
        let part = self.take().filter(|_| !self.ended);
        self.ended = !matches!(part, Some(Part::Data(_)));
        match part? {
            Part::Data(data) => Some(Ok(Frame::data(data))),
            Part::Trailers(trailers) => Some(Ok(Frame::trailers(trailers))),
            Part::Failure(failure) => Some(Err(failure.into_error())),
            Part::Panic => std::panic::resume_unwind(Box::new("the body was told to panic")),
            Part::Wait(_) | Part::Pending | Part::Hang => None,
        }
    }
}

impl Default for ScriptedBody {
    fn default() -> Self {
        Self::new()
    }
}

impl Clone for ScriptedBody {
    fn clone(&self) -> Self {
        Self::of(
            Arc::clone(&self.script),
            self.end_stream,
            self.probe.clone(),
        )
    }
}

impl Body for ScriptedBody {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let counts = Arc::clone(&self.probe.counts);
        counts.polls.fetch_add(1, Ordering::Relaxed);
        if !self.ended {
            ready!(self.poll_wait(cx));
        }
        let next = self.next();
        counts.ended.store(self.ended, Ordering::Relaxed);
        if let Some(Ok(_)) = next {
            counts.frames.fetch_add(1, Ordering::Relaxed);
        }
        Poll::Ready(next)
    }

    fn is_end_stream(&self) -> bool {
        match self.end_stream {
            EndStream::AfterEnd => self.ended,
            EndStream::Known => self.ended || self.position == self.script.len(),
            EndStream::Never => false,
            EndStream::Always => true,
        }
    }
}

impl Drop for ScriptedBody {
    fn drop(&mut self) {
        self.probe.counts.dropped.store(true, Ordering::Relaxed);
    }
}

// === impl Probe ===

impl Probe {
    /// How often the body was polled.
    #[must_use]
    pub fn polls(&self) -> usize {
        self.counts.polls.load(Ordering::Relaxed)
    }

    /// How many frames it gave.
    #[must_use]
    pub fn frames(&self) -> usize {
        self.counts.frames.load(Ordering::Relaxed)
    }

    /// Whether it gave its trailers, its error or its end.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.counts.ended.load(Ordering::Relaxed)
    }

    /// Whether it was dropped, or a clone of it.
    #[must_use]
    pub fn is_dropped(&self) -> bool {
        self.counts.dropped.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe")
            .field("polls", &self.polls())
            .field("frames", &self.frames())
            .field("is_ended", &self.is_ended())
            .field("is_dropped", &self.is_dropped())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

    type Polled = Poll<Option<Result<Frame<Bytes>, BoxError>>>;

    fn poll(body: &mut ScriptedBody) -> Polled {
        let mut cx = Context::from_waker(Waker::noop());
        Pin::new(body).poll_frame(&mut cx)
    }

    fn is_end(polled: &Polled) -> bool {
        matches!(polled, Poll::Ready(None))
    }

    #[test]
    fn gives_its_frames_in_order_and_nothing_behind_trailers() {
        let mut body = ScriptedBody::new()
            .data("a")
            .pending()
            .message("b")
            .trailers(HeaderMap::new())
            .data("never");
        let Poll::Ready(Some(Ok(frame))) = poll(&mut body) else {
            panic!("a frame")
        };
        assert_eq!(frame.into_data().unwrap(), "a");
        assert!(poll(&mut body).is_pending());
        let Poll::Ready(Some(Ok(frame))) = poll(&mut body) else {
            panic!("a frame")
        };
        assert_eq!(frame.into_data().unwrap(), &b"\0\0\0\0\x01b"[..]);
        assert!(matches!(poll(&mut body), Poll::Ready(Some(Ok(frame))) if frame.is_trailers()));
        assert!(is_end(&poll(&mut body)) && is_end(&poll(&mut body)));
    }

    #[test]
    fn nothing_comes_behind_an_error() {
        let failure = Failure::Other("broken".into());
        let mut body = ScriptedBody::new().fail(failure).data("never");
        assert!(matches!(poll(&mut body), Poll::Ready(Some(Err(_)))));
        assert!(is_end(&poll(&mut body)));
    }

    #[test]
    fn says_of_its_end_what_it_is_told_to_say() {
        for (end_stream, [before, at_end, after]) in [
            (EndStream::AfterEnd, [false, false, true]),
            (EndStream::Known, [false, true, true]),
            (EndStream::Never, [false, false, false]),
            (EndStream::Always, [true, true, true]),
        ] {
            let mut body = ScriptedBody::new().data("a").end_stream(end_stream);
            assert_eq!(body.is_end_stream(), before, "{end_stream:?}");
            let _ = poll(&mut body);
            assert_eq!(body.is_end_stream(), at_end, "{end_stream:?}");
            assert!(is_end(&poll(&mut body)));
            assert_eq!(body.is_end_stream(), after, "{end_stream:?}");
        }
    }

    #[test]
    fn a_probe_counts() {
        let mut body = ScriptedBody::new().data("a").pending();
        let probe = body.probe();
        for _ in 0..3 {
            let _ = poll(&mut body);
        }
        assert_eq!((probe.polls(), probe.frames()), (3, 1));
        assert!(probe.is_ended() && !probe.is_dropped());
    }

    #[tokio::test(start_paused = true)]
    async fn waits_in_paused_time() {
        let time = Duration::from_secs(60);
        let mut body = ScriptedBody::new().wait(time).wait(time).data("a");
        let start = tokio::time::Instant::now();
        let frame = std::future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await;
        assert!(matches!(frame, Some(Ok(_))));
        assert_eq!(start.elapsed(), 2 * time);
    }
}
