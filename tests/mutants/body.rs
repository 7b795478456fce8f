//! Bodies that do something to what passes.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tonic::{Status, body::Body};
use tower::ServiceExt as _;

use crate::support::{Svc, service};

/// What a body gives when it is polled.
pub(crate) type Polled = Poll<Option<Result<Frame<Bytes>, Status>>>;

/// A body whose frames are mapped; what it says of its length is mapped too.
pub(crate) struct Mapped {
    pub(crate) inner: Body,
    pub(crate) frames: fn(Polled) -> Polled,
    pub(crate) hint: fn(&Body) -> SizeHint,
    pub(crate) is_at_end: fn(&Body) -> bool,
    pub(crate) is_broken: bool,
}

/// The body with its frames mapped.
pub(crate) fn mapped(inner: Body, frames: fn(Polled) -> Polled) -> Body {
    Body::new(Mapped {
        inner,
        frames,
        hint: |_| SizeHint::default(),
        is_at_end: |_| false,
        is_broken: false,
    })
}

/// A service with something done to its requests.
pub(crate) fn requests<R>(below: Svc, map: fn(Request<Body>) -> R) -> Svc
where
    R: Future<Output = Request<Body>> + Send + 'static,
{
    service(move |request| {
        let below = below.clone();
        async move { below.oneshot(map(request).await).await }
    })
}

/// A service with something done to its responses.
pub(crate) fn responses<R>(below: Svc, map: fn(Response<Body>) -> R) -> Svc
where
    R: Future<Output = Response<Body>> + Send + 'static,
{
    service(move |request| {
        let below = below.clone();
        async move { Ok(map(below.oneshot(request).await?).await) }
    })
}

impl http_body::Body for Mapped {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        if self.is_broken {
            return Poll::Ready(None); // some bodies give their error again and again
        }
        let polled = Pin::new(&mut self.inner).poll_frame(cx);
        self.is_broken = matches!(polled, Poll::Ready(Some(Err(_))));
        (self.frames)(polled)
    }

    fn is_end_stream(&self) -> bool {
        (self.is_at_end)(&self.inner)
    }

    fn size_hint(&self) -> SizeHint {
        (self.hint)(&self.inner)
    }
}
