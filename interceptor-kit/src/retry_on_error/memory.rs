//! What is kept, and for how long.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures_util::{StreamExt as _, future::Either, stream};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use interceptor_core::{CallKind, ClientLayer, Side, tonic::body::Body};
use interceptor_test::Case;
use tower::{ServiceExt as _, service_fn};

use super::*;

/// A frame that counts itself while it is there.
struct Counted(Arc<AtomicUsize>);

impl AsRef<[u8]> for Counted {
    fn as_ref(&self) -> &[u8] {
        b"\0\0\0\0\x03abc"
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// How many of a hundred frames there were at once in a call of `path`. Its first attempt is refused before anything was
/// read; what a later one does with the request says `then`.
async fn most_frames<F>(stop: u32, path: &str, then: fn(Request<Body>) -> F) -> usize
where
    F: Future<Output = Result<Response<Body>, Status>> + Send + 'static,
{
    let [alive, most, attempts] = [(); 3].map(|()| Arc::new(AtomicUsize::new(0)));
    let highest = Arc::clone(&most);
    let frames = stream::iter(0..100).map(move |_| {
        highest.fetch_max(alive.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        let frame = Bytes::from_owner(Counted(Arc::clone(&alive)));
        Ok::<_, Status>(Frame::data(frame))
    });
    let wait = WaitExponential::new(0.0, 0.0, 0.0).unwrap();
    let retry = RetryOnError::new(wait, stop).unwrap();
    let service = service_fn(
        move |request| match attempts.fetch_add(1, Ordering::Relaxed) {
            0 => Either::Left(ready(Ok(Status::unavailable("first").into_http()))),
            _ => Either::Right(then(request)),
        },
    );
    let client = ClientLayer::new(retry, &Case::methods()).unwrap();
    let request = Request::post(path).body(StreamBody::new(frames)).unwrap();
    if let Ok(response) = client.layer(service).oneshot(request).await {
        let mut body = response.into_body();
        while let Some(Ok(_)) = body.frame().await {}
    }
    most.load(Ordering::Relaxed)
}

#[tokio::test(start_paused = true)]
async fn keeps_nothing_in_its_last_attempt() {
    async fn reads(request: Request<Body>) -> Result<Response<Body>, Status> {
        let mut body = request.into_body();
        while let Some(frame) = body.frame().await {
            drop(frame?);
        }
        Ok(Status::not_found("read").into_http())
    }

    let path = Case::new(CallKind::StreamUnary, Side::Client).path();
    for (stop, most) in [(3, 100), (2, 1)] {
        assert_eq!(most_frames(stop, path, reads).await, most);
    }
}

#[tokio::test(start_paused = true)]
async fn keeps_nothing_behind_response_headers() {
    let path = Case::new(CallKind::StreamStream, Side::Client).path();
    let echoes = |request: Request<Body>| ready(Ok(Response::new(request.into_body())));
    assert_eq!(most_frames(5, path, echoes).await, 1);
}
