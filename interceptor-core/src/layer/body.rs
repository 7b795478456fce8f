use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::{Status, body::Body};

use crate::{
    Side,
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
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match self.project().kind.project() {
            KindProjection::Passed { body } => body
                .poll_frame(cx)
                .map_err(|error| Status::from_error(error.into())),
            KindProjection::Streamed { body, side } => {
                let mut polled = Pin::new(&mut *body).poll_frame(cx);
                if polled.is_ready() && !is_data(&polled) {
                    *body = Body::empty(); // it is over, also if what is below does not see that
                    sanitize(&mut polled, *side);
                }
                polled
            }
            KindProjection::Intercepted { body } => body.as_mut().poll_frame(cx),
            KindProjection::Empty => Poll::Ready(None),
        }
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

type Polled = Poll<Option<Result<Frame<Bytes>, Status>>>;

#[inline]
fn is_data(polled: &Polled) -> bool {
    matches!(polled, Poll::Ready(Some(Ok(frame))) if frame.is_data())
}

/// On a client, trailers lose what tonic would panic at.
fn sanitize(polled: &mut Polled, side: Side) {
    if let (Poll::Ready(Some(Ok(frame))), Side::Client) = (polled, side)
        && let Some(trailers) = frame.trailers_mut()
    {
        wire::sanitize(trailers);
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
