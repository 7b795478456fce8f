use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Status;

use crate::status::BoxError;

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
        Intercepted { body: Pin<Box<dyn Body<Data = Bytes, Error = Status> + Send>> },
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

    #[inline]
    pub(super) fn intercepted(
        body: Box<impl Body<Data = Bytes, Error = Status> + Send + 'static>,
    ) -> Self {
        let body = Box::into_pin(body);
        Self {
            kind: Kind::Intercepted { body },
        }
    }
}

impl<B> Body for ReplyBody<B>
where
    B: Body<Data = Bytes>,
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
            KindProjection::Intercepted { body } => body.as_mut().poll_frame(cx),
            KindProjection::Empty => Poll::Ready(None),
        }
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Passed { body } => body.is_end_stream(),
            Kind::Intercepted { body } => body.is_end_stream(),
            Kind::Empty => true,
        }
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Passed { body } => body.size_hint(),
            Kind::Intercepted { body } => body.size_hint(),
            Kind::Empty => SizeHint::with_exact(0),
        }
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
