use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tonic::Status;

use crate::{
    payload::{Chunks, Content, OutgoingBody},
    status::BoxError,
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
        Intercepted { body: OutgoingBody },
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
    pub(super) fn intercepted(body: OutgoingBody) -> Self {
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
            KindProjection::Intercepted { body } => Pin::new(body).poll_frame(cx),
        }
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        match &self.kind {
            Kind::Passed { body } => body.is_end_stream(),
            Kind::Intercepted { body } => body.is_end_stream(),
        }
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        match &self.kind {
            Kind::Passed { body } => body.size_hint(),
            Kind::Intercepted { body } => body.size_hint(),
        }
    }
}

/// Empty, and at its end.
impl<B> Default for ReplyBody<B> {
    fn default() -> Self {
        Self::intercepted(OutgoingBody::client_response(Content::settled(
            Chunks::default(),
        )))
    }
}

impl<B> fmt::Debug for ReplyBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyBody")
    }
}
