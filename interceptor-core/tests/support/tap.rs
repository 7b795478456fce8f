//! Writes down what passes a place, and changes nothing.

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Frame, SizeHint};
use tonic::{Status, body::Body};
use tower::{Service as _, ServiceExt as _};

use super::{Svc, service};

/// What passed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tap(Arc<Mutex<Passed>>);

/// One call, as it passed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Passed {
    /// Request line and headers.
    pub(crate) request: Vec<String>,
    pub(crate) request_body: Way,
    /// HTTP status and headers.
    pub(crate) response: Vec<String>,
    pub(crate) response_body: Way,
}

/// A body, as it passed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Way {
    pub(crate) bytes: Vec<u8>,
    pub(crate) trailers: Vec<String>,
    pub(crate) ended: bool,
    pub(crate) broken: Option<String>,
}

struct TapBody {
    inner: Body,
    tap: Tap,
    way: fn(&mut Passed) -> &mut Way,
}

impl Tap {
    /// Writes down what goes into this service and what comes out of it.
    pub(crate) fn around(&self, below: Svc) -> Svc {
        let tap = self.clone();
        service(move |request| {
            let (tap, mut below) = (tap.clone(), below.clone());
            async move {
                let request = tap.request(request);
                let response = below.ready().await?.call(request).await?;
                Ok(tap.response(response))
            }
        })
    }

    pub(crate) fn take(&self) -> Passed {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn request(&self, request: Request<Body>) -> Request<Body> {
        let (method, uri, version) = (request.method(), request.uri().path(), request.version());
        let mut head = vec![format!("{method} {uri} {version:?}")];
        head.extend(lines(request.headers()));
        self.0.lock().unwrap().request = head;
        request.map(|inner| self.body(inner, |passed| &mut passed.request_body))
    }

    fn response(&self, response: Response<Body>) -> Response<Body> {
        let mut head = vec![response.status().to_string()];
        head.extend(lines(response.headers()));
        self.0.lock().unwrap().response = head;
        response.map(|inner| self.body(inner, |passed| &mut passed.response_body))
    }

    fn body(&self, inner: Body, way: fn(&mut Passed) -> &mut Way) -> Body {
        let tap = self.clone();
        Body::new(TapBody { inner, tap, way })
    }
}

/// Headers, sorted, and without what is another each time.
pub(crate) fn lines(headers: &HeaderMap) -> Vec<String> {
    let headers = headers.iter().filter(|(name, _)| *name != "date");
    let mut lines: Vec<_> = headers
        .map(|(name, value)| format!("{name}: {value:?}"))
        .collect();
    lines.sort();
    lines
}

impl http_body::Body for TapBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let polled = http_body::Body::poll_frame(Pin::new(&mut self.inner), cx);
        let mut passed = self.tap.0.lock().unwrap();
        let way = (self.way)(&mut passed);
        match &polled {
            Poll::Pending => {}
            Poll::Ready(None) => way.ended = true,
            Poll::Ready(Some(Err(status))) => way.broken = Some(status.to_string()),
            Poll::Ready(Some(Ok(frame))) => {
                way.bytes.extend(frame.data_ref().into_iter().flatten());
                if let Some(trailers) = frame.trailers_ref() {
                    way.trailers = lines(trailers);
                }
            }
        }
        drop(passed);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
