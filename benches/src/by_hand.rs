//! What one writes by hand on tower: as its guides say, and no more than is needed.

use std::{
    hint::black_box,
    mem,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::{Status, body::Body, codegen::Bytes};
use tower_layer::Layer;
use tower_service::Service;

type Answer<E> = Pin<Box<dyn Future<Output = Result<Response<Body>, E>> + Send>>;

/// Stands around the call: sees the request, and the headers of the response.
#[derive(Debug, Clone, Copy)]
pub struct Around;

/// The same, and reads the final status, which stands in the headers or in the trailers.
#[derive(Debug, Clone, Copy)]
pub struct ToTheEnd;

/// [`Around`] a service.
#[derive(Debug, Clone)]
pub struct AroundService<S>(S);

/// [`ToTheEnd`] around a service.
#[derive(Debug, Clone)]
pub struct ToTheEndService<S>(S);

impl<S> Layer<S> for Around {
    type Service = AroundService<S>;

    fn layer(&self, inner: S) -> AroundService<S> {
        AroundService(inner)
    }
}

impl<S> Layer<S> for ToTheEnd {
    type Service = ToTheEndService<S>;

    fn layer(&self, inner: S) -> ToTheEndService<S> {
        ToTheEndService(inner)
    }
}

impl<S> Service<Request<Body>> for AroundService<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Answer<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Answer<S::Error> {
        let mut ready = take_ready(&mut self.0);
        Box::pin(async move { ready.call(request).await })
    }
}

impl<S> Service<Request<Body>> for ToTheEndService<S>
where
    S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Answer<S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Answer<S::Error> {
        let mut ready = take_ready(&mut self.0);
        Box::pin(async move {
            let response = ready.call(request).await?;
            look(response.headers());
            Ok(response.map(|body| Body::new(Trailers(body))))
        })
    }
}

/// The service that was made ready goes with the call, a clone stays.
fn take_ready<S: Clone>(inner: &mut S) -> S {
    let clone = inner.clone();
    mem::replace(inner, clone)
}

/// A body whose trailers are looked at.
struct Trailers(Body);

impl HttpBody for Trailers {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(trailers) = frame.trailers_ref()
        {
            look(trailers);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

fn look(headers: &HeaderMap) {
    black_box(headers.get("grpc-status"));
}
