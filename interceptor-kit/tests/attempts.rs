//! What a retry meets below: answers that break behind their headers, and attempts that are over but still read.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use interceptor_core::{
    CallKind, ClientLayer, Methods, Origin,
    tonic::{Code, Status, body::Body},
};
use interceptor_kit::retry_on_error::{RetryOnError, WaitExponential};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tower::{ServiceExt as _, service_fn};

fn methods() -> Methods {
    Methods::builder()
        .method("/a.B/C", CallKind::StreamUnary)
        .build()
        .unwrap()
}
fn retry() -> RetryOnError {
    RetryOnError::new(WaitExponential::new(0.5, 0.5, 3.0).unwrap(), 5).unwrap()
}
fn request(
    frames: impl futures_util::Stream<Item = Result<Frame<Bytes>, Status>> + Send + 'static,
) -> Request<Body> {
    Request::post("/a.B/C")
        .body(Body::new(StreamBody::new(frames)))
        .unwrap()
}

/// A unary response whose body breaks with a plain `Status` is marked as one whose headers were received.
#[tokio::test(start_paused = true)]
async fn a_plain_status_out_of_a_response_body_came_after_headers() {
    let service = service_fn(|_: Request<Body>| async {
        let frames = stream::iter([
            Ok(Frame::data(Bytes::from_static(b"\0\0\0\0\0"))),
            Err(Status::unavailable("midway")),
        ]);
        Ok::<_, Status>(Response::new(Body::new(StreamBody::new(frames))))
    });
    let client = ClientLayer::new(interceptor_core::Identity, &methods())
        .unwrap()
        .layer(service);
    let status = client.oneshot(request(stream::empty())).await.unwrap_err();
    assert!(
        Origin::of(&status).headers_received(),
        "{:?}",
        Origin::of(&status)
    );
}

/// An attempt that is over, but whose body the transport still reads, as hyper's pipe does until the reset comes, neither
/// uses the record up nor takes the live request away from the attempt that the caller waits for.
#[tokio::test(start_paused = true)]
async fn a_straggler_does_not_cut_off_the_attempt_under_way() {
    let count = Arc::new(AtomicU32::new(0));
    let service = service_fn(move |request: Request<Body>| {
        let attempt = count.fetch_add(1, Ordering::Relaxed);
        async move {
            if attempt == 0 {
                tokio::spawn(request.into_body().collect());
                return Ok::<_, Status>(Status::unavailable("early").into_http::<Body>());
            }
            request.into_body().collect().await?;
            Ok(Status::not_found("read it all").into_http())
        }
    });
    let frames = stream::iter(0..100).then(|_| async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        Ok(Frame::data(Bytes::from_static(&[0; 100])))
    });
    let retry = retry().max_buffered_bytes(3_000).only([Code::Unavailable]);
    let client = ClientLayer::new(retry, &methods()).unwrap().layer(service);
    let status = client.oneshot(request(frames)).await.unwrap_err();
    assert_ne!(status.code(), Code::Cancelled, "{status:?}");
}
