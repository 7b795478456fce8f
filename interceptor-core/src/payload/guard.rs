//! What stands around the polls of a body that passes as it came.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::combinators::UnsyncBoxBody;
use sync_wrapper::SyncWrapper;
use tonic::{Code, Status, body::Body};

use super::{Content, FrameResult, OutgoingBody};
use crate::{
    Side,
    status::{self, wire},
};

/// Stands around the polls of a body: may end it, may see its bytes, and may set what is to be found while it is polled.
///
/// [`Call::guard`](crate::Call::guard) puts one around a request, [`Reply::guard`](crate::Reply::guard) around what is to
/// come of a response. The frames pass as they came: nothing is parsed, kept or copied, and back-pressure stays what it
/// was. Every method has a default that changes nothing.
///
/// ```
/// use std::task::{Context, Poll};
///
/// use interceptor_core::{Guard, tonic::Status};
///
/// /// Ends the body when somebody has said that all is to end.
/// struct Stop(tokio::sync::oneshot::Receiver<()>);
///
/// impl Guard for Stop {
///     fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
///         let stopped = std::pin::Pin::new(&mut self.0).poll(cx);
///         stopped.map(|_| Status::unavailable("the server is going down"))
///     }
/// }
/// ```
///
/// # Cost
///
/// One allocation for the body; none for a frame.
pub trait Guard: Send + 'static {
    /// Asked before each poll of the body, and wakes the task as a future does. A status ends the body with it: what is
    /// below is dropped, which cancels it, and nobody is asked again.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        let _ = cx;
        Poll::Pending
    }

    /// Calls `poll`, which polls the body, or drops it, also when the caller has gone: the place to set what code below finds
    /// meanwhile, such as a thread-local, or to catch its panic.
    ///
    /// A guard that keeps a panic of `poll` to itself has ended the body: what is below is dropped, and
    /// [`poll_end`](Self::poll_end) is asked for the status; without one it is INTERNAL.
    fn around(&mut self, poll: &mut dyn FnMut()) {
        poll();
    }

    /// Bytes pass: messages with their prefixes, in whatever pieces they came.
    ///
    /// # Errors
    ///
    /// The status ends the body, in the place of these bytes.
    fn data(&mut self, bytes: &Bytes) -> Result<(), Status> {
        let _ = bytes;
        Ok(())
    }

    /// The body broke with this status, not by trailers: what it breaks with for those above.
    fn broken(&mut self, status: Status) -> Status {
        status
    }

    /// Trailers pass, and say this status, which is not OK: what they say to those above, if it is another one. Else they
    /// pass as they came.
    fn failed(&mut self, status: &Status) -> Option<Status> {
        let _ = status;
        None
    }
}

/// A body with a guard.
struct Guarded<B, G: Guard> {
    /// None once the guard has ended it.
    body: Option<B>,
    /// A body is `Sync` where its parts are; a guard is only ever asked through `&mut`.
    guard: SyncWrapper<G>,
    form: Form,
}

/// In which form the status goes out that a guard ends a body with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As an error of the body.
    Error,
    /// As trailers.
    Trailers,
}

// === impl Content ===

impl Content {
    /// Puts a guard around a request.
    pub(crate) fn guard_request(&mut self, guard: impl Guard) {
        let body = match mem::replace(self, Self::empty()).untouched() {
            Ok(body) => guarded(body, guard, Form::Error),
            Err(done) => {
                let done = OutgoingBody::recorded(done);
                guarded(done, guard, Form::Error)
            }
        };
        *self = Self::fallible(body);
    }

    /// Puts a guard around what is to come of a response.
    pub(crate) fn guard_response(&mut self, side: Side, guard: impl Guard) {
        let status = self.status();
        let form = match side {
            Side::Client => Form::Error,
            Side::Server => Form::Trailers,
        };
        let body = match mem::replace(self, Self::empty()).untouched() {
            Ok(body) if side == Side::Client => guarded(body, FromPeer(guard), form),
            Ok(body) => guarded(body, guard, form),
            Err(done) => guarded(OutgoingBody::response(done, None, side), guard, form),
        };
        *self = Self::response(body, status, side).that_may_fail();
    }

    /// The body itself, if nobody did anything to it.
    pub(crate) fn untouched(mut self) -> Result<Body, Self> {
        if self.plain_body().is_none() {
            return Err(self);
        }
        let mut done = None;
        let body = self.into_body(|content| {
            done = Some(content);
            Body::empty()
        });
        done.map_or(Ok(body), Err)
    }
}

/// In the box that tonic's body has: it puts a layer around anything else.
fn guarded<B, G: Guard>(body: B, guard: G, form: Form) -> Body
where
    B: HttpBody<Data = Bytes, Error = Status> + Unpin + Send + 'static,
{
    let guarded = Guarded {
        body: Some(body),
        guard: SyncWrapper::new(guard),
        form,
    };
    Body::new(UnsyncBoxBody::new(guarded))
}

// === impl Guarded ===

impl<B, G: Guard> Guarded<B, G> {
    /// The guard ends the body: what is below is dropped.
    fn end(&mut self, status: &Status) -> FrameResult {
        let body = &mut self.body;
        let _ = around(self.guard.get_mut(), || drop(body.take()));
        match self.form {
            Form::Error => Err(status.clone()),
            Form::Trailers => Ok(Frame::trailers(wire::to_headers(status))),
        }
    }

    /// Trailers, with the status that the guard puts into the place of theirs.
    fn trailers(&mut self, frame: Frame<Bytes>) -> Frame<Bytes> {
        let status = frame.trailers_ref().and_then(wire::from_headers);
        let failed = status.filter(|status| status.code() != Code::Ok);
        let from = |status| match self.form {
            Form::Error => status::received(status, true), // on a client: the peer said it
            Form::Trailers => status,
        };
        match failed
            .map(from)
            .and_then(|status| self.guard.get_mut().failed(&status))
        {
            Some(status) => Frame::trailers(wire::to_headers(&status)),
            None => frame,
        }
    }

    /// The body panicked, and the guard knows with what to end it.
    #[cold]
    fn panicked(&mut self, cx: &mut Context<'_>) -> FrameResult {
        match self.guard.get_mut().poll_end(cx) {
            Poll::Ready(status) => self.end(&status),
            Poll::Pending => self.end(&Status::internal("the body panicked")),
        }
    }

    /// What passes, as the guard lets it.
    fn pass(&mut self, frame: FrameResult) -> FrameResult {
        match frame {
            Ok(frame) if frame.is_trailers() => Ok(self.trailers(frame)),
            Ok(frame) => match frame.data_ref().map(|data| self.guard.get_mut().data(data)) {
                Some(Err(status)) => self.end(&status),
                Some(Ok(())) | None => Ok(frame),
            },
            Err(status) => Err(self.guard.get_mut().broken(status)),
        }
    }
}

impl<B, G: Guard> HttpBody for Guarded<B, G>
where
    B: HttpBody<Data = Bytes, Error = Status> + Unpin,
{
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = self.get_mut();
        let Some(body) = &mut this.body else {
            return Poll::Ready(None);
        };
        let guard = this.guard.get_mut();
        if let Poll::Ready(status) = guard.poll_end(cx) {
            return Poll::Ready(Some(this.end(&status)));
        }
        match around(guard, || Pin::new(body).poll_frame(cx)) {
            Some(polled) => polled.map(|frame| frame.map(|frame| this.pass(frame))),
            None => Poll::Ready(Some(this.panicked(cx))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default() // a guard may end it at any time
    }
}

impl<B, G: Guard> Unpin for Guarded<B, G> {}

impl<B, G: Guard> Drop for Guarded<B, G> {
    fn drop(&mut self) {
        if self.body.is_some() {
            let body = &mut self.body;
            let _ = around(self.guard.get_mut(), || drop(body.take()));
        }
    }
}

/// Polls within the guard. One that forgets to call what it is given changes nothing, and neither does one that calls twice.
/// None if the poll panicked, and the guard keeps that to itself.
fn around<R>(guard: &mut impl Guard, poll: impl FnOnce() -> R) -> Option<R> {
    let (mut poll, mut result) = (Some(poll), None);
    guard.around(&mut || {
        if let Some(poll) = poll.take() {
            result = Some(poll());
        }
    });
    result.or_else(|| poll.map(|poll| poll()))
}

// === FromPeer ===

/// Around the body of a client's response as it came: what it breaks with came after the headers, and is said to.
struct FromPeer<G>(G);

impl<G: Guard> Guard for FromPeer<G> {
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        self.0.poll_end(cx)
    }

    fn around(&mut self, poll: &mut dyn FnMut()) {
        self.0.around(poll);
    }

    fn data(&mut self, bytes: &Bytes) -> Result<(), Status> {
        self.0.data(bytes)
    }

    fn broken(&mut self, status: Status) -> Status {
        self.0.broken(status::broken(status))
    }

    fn failed(&mut self, status: &Status) -> Option<Status> {
        self.0.failed(status)
    }
}
