use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, SizeHint};
use pin_project_lite::pin_project;
use tonic::{Status, body::Body};

use crate::{
    Side,
    payload::FrameResult,
    status::{BoxError, wire},
};

pin_project! {
    /// The response body of [`InterceptedServer`](crate::InterceptedServer) and
    /// [`InterceptedClient`](crate::InterceptedClient).
    pub struct ReplyBody<B> {
        #[pin]
        kind: Kind<B>,
    }
}

pin_project! {
    #[project = KindProjection]
    enum Kind<B> {
        // of a call that passed by
        Passed { #[pin] body: B },
        // as it came through the chain
        Streamed { body: Body, side: Side },
        Intercepted { body: Pin<Box<dyn HttpBody<Data = Bytes, Error = Status> + Send>> },
        Empty,
    }
}

// === impl ReplyBody ===

impl<B> ReplyBody<B> {
    #[inline]
    pub(super) fn passed(body: B) -> Self {
        Self {
            kind: Kind::Passed { body },
        }
    }

    /// A body that nobody in the chain did anything to.
    #[inline]
    pub(super) fn streamed(body: Body, side: Side) -> Self {
        Self {
            kind: Kind::Streamed { body, side },
        }
    }

    #[inline]
    pub(super) fn intercepted(
        body: Box<impl HttpBody<Data = Bytes, Error = Status> + Send + 'static>,
    ) -> Self {
        let body = Box::into_pin(body);
        Self {
            kind: Kind::Intercepted { body },
        }
    }
}

impl<B> HttpBody for ReplyBody<B>
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    type Data = Bytes;
    type Error = Status;

    #[inline]
    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        // Each returned from where it is, for a frame is large to move; the bodies first of which each frame is counted.
        let mut kind = self.project().kind;
        if let KindProjection::Streamed { body, .. } = kind.as_mut().project() {
            let polled = Pin::new(body).poll_frame(cx);
            if is_data(&polled) {
                return polled;
            }
            return match polled {
                Poll::Ready(frame) => Poll::Ready(kind.last(frame)),
                Poll::Pending => Poll::Pending,
            };
        }
        if let KindProjection::Intercepted { body } = kind.as_mut().project() {
            return body.as_mut().poll_frame(cx);
        }
        kind.poll_passed(cx)
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Passed { body } => body.is_end_stream(),
            Kind::Streamed { body, .. } => body.is_end_stream(),
            Kind::Intercepted { body } => body.is_end_stream(),
            Kind::Empty => true,
        }
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Passed { body } => body.size_hint(),
            // what a body of gRPC is long, its frames say
            Kind::Streamed { .. } => SizeHint::default(),
            Kind::Intercepted { body } => body.size_hint(),
            Kind::Empty => SizeHint::with_exact(0),
        }
    }
}

type Polled = Poll<Option<FrameResult>>;

#[inline]
fn is_data(polled: &Polled) -> bool {
    matches!(polled, Poll::Ready(Some(Ok(frame))) if frame.is_data())
}

impl<B> Kind<B>
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    /// The body of a call that passed by.
    #[inline(never)]
    fn poll_passed(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        match self.project() {
            KindProjection::Passed { body } => body
                .poll_frame(cx)
                .map_err(|error| Status::from_error(error.into())),
            _ => Poll::Ready(None),
        }
    }
}

impl<B> Kind<B> {
    /// What is no data, of a body as it came: that is over, also if what is below does not see it. On a client, trailers
    /// lose what tonic would panic at.
    #[cold]
    #[inline(never)]
    fn last(self: Pin<&mut Self>, mut frame: Option<FrameResult>) -> Option<FrameResult> {
        if let KindProjection::Streamed { body, side } = self.project() {
            *body = Body::empty();
            if let (Some(Ok(frame)), Side::Client) = (&mut frame, *side)
                && let Some(trailers) = frame.trailers_mut()
            {
                wire::sanitize(trailers);
            }
        }
        frame
    }
}

/// Empty, and at its end.
impl<B> Default for ReplyBody<B> {
    fn default() -> Self {
        Self { kind: Kind::Empty }
    }
}

impl<B> fmt::Debug for ReplyBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyBody")
    }
}
