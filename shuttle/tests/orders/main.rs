//! What tasks share, under many orders of their steps: the record of a replay, the slot of the ready service, the state
//! of an observed call and the reason why a request failed. Whoever waits for ever is found, as a deadlock.
//!
//! What is not here is not shared: the guard of an end and the parser of frames are owned by one body each, and `&mut`.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod failure;
mod live;
mod observe;
mod replay;
mod slot;

use std::pin::Pin;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use shuttle::{future::block_on, thread};
use shuttle_tests::{ClientLayer, Interceptor, Methods};
use tonic::{Code, Status, body::Body};
use tower::{Service, ServiceExt as _};

/// How many orders each test tries, half of them by chance and half by priorities (PCT).
const ORDERS: usize = 1600;

/// How many times a thread is made to wait at a bad moment.
const CHANGES: usize = 3;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

fn check(test: fn()) {
    shuttle::check_random(test, ORDERS / 2);
    shuttle::check_pct(test, ORDERS / 2, CHANGES);
}

/// What came of a call: nothing, or the code that it failed with.
type Outcome = Result<(), Code>;

/// Sends a request through an interceptor to a service, and reads the response to its end.
fn call<S>(interceptor: impl Interceptor, service: S, request: Body) -> Outcome
where
    S: Service<Request<Body>, Response = Response<Body>, Error = BoxError> + Clone + Send + 'static,
    S::Future: Send,
{
    let layer = ClientLayer::new(interceptor, &Methods::unknown()).unwrap();
    let request = Request::post("/a.B/C").body(request).unwrap();
    block_on(async move {
        let response = layer.layer(service).oneshot(request).await;
        let response = response.map_err(|error| Status::from_error(error.into()).code())?;
        let body = response.into_body().collect().await;
        body.map(drop)
            .map_err(|error| Status::from_error(error.into()).code())
    })
}

/// A response that went well, with a message.
fn fine() -> Response<Body> {
    let frames = [
        http_body::Frame::data(Bytes::from_static(b"\0\0\0\0\0")),
        http_body::Frame::trailers(
            [(Status::GRPC_STATUS, "0".parse().unwrap())]
                .into_iter()
                .collect(),
        ),
    ];
    let body =
        http_body_util::StreamBody::new(futures_util::stream::iter(frames.map(Ok::<_, Status>)));
    Response::builder()
        .header("content-type", "application/grpc")
        .body(Body::new(body))
        .unwrap()
}

/// Reads a request in a thread of its own: as the connection's task does.
fn read(body: Body) -> thread::JoinHandle<Result<Bytes, Code>> {
    thread::spawn(move || {
        let read = block_on(body.collect());
        read.map(http_body_util::Collected::to_bytes)
            .map_err(|status| status.code())
    })
}
