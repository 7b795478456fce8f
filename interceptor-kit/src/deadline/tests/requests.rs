//! Streams of requests that somebody still reads.

use std::{convert::Infallible, future::pending};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use interceptor_core::{
    CallKind, ClientLayer, ServerLayer, Side,
    tonic::{Status, body::Body},
};
use tokio::{sync::mpsc, time::Instant};
use tower::{ServiceExt as _, service_fn};

use super::*;

/// A message each 20 ms, for ever.
fn endless(kind: CallKind) -> Request<Body> {
    let messages = stream::repeat(()).then(|()| async {
        tokio::time::sleep(millis(20)).await; // paused time
        Ok::<_, Status>(Frame::data(Bytes::from_static(b"\0\0\0\0\0")))
    });
    Request::post(Case::new(kind, Side::Client).path())
        .header("grpc-timeout", "50m")
        .body(Body::new(StreamBody::new(messages)))
        .unwrap()
}

/// Reads it to its end, somewhere else: as hyper does on a client, and a handler's task on a server.
async fn read(body: Body) -> (usize, Option<Status>) {
    let mut body = body.map_err(|error| error);
    let mut messages = 0;
    loop {
        match body.frame().await {
            Some(Ok(_)) => messages += 1,
            Some(Err(status)) => return (messages, Some(status)),
            None => return (messages, None),
        }
    }
}

fn assert_ended((messages, end): (usize, Option<Status>), started: Instant) {
    assert_eq!(messages, 2);
    assert_eq!(end.unwrap().code(), Code::DeadlineExceeded);
    assert_eq!(started.elapsed(), millis(50));
}

#[tokio::test(start_paused = true)]
async fn a_task_of_a_handlers_does_not_read_on() {
    for kind in [CallKind::StreamUnary, CallKind::StreamStream] {
        let (tell, mut told) = mpsc::channel(1);
        let service = service_fn(move |request: Request<Body>| {
            let tell = tell.clone();
            tokio::spawn(async move { tell.send(read(request.into_body()).await).await });
            pending::<Result<Response<Body>, Infallible>>()
        });
        let layer = ServerLayer::new(Deadline::new(), &Case::methods()).unwrap();
        let service = tower::Layer::layer(&layer, service);
        let started = Instant::now();
        let response = service.oneshot(endless(kind)).await.unwrap();
        assert_eq!(response.headers()["grpc-status"], "4");
        assert_ended(told.recv().await.unwrap(), started);
    }
}

#[tokio::test(start_paused = true)]
async fn a_transport_does_not_send_on_while_the_caller_looks_away() {
    let kind = CallKind::StreamStream;
    let (tell, mut told) = mpsc::channel(1);
    let service = service_fn(move |request: Request<Body>| {
        let tell = tell.clone();
        tokio::spawn(async move { tell.send(read(request.into_body()).await).await });
        async {
            Ok::<_, Status>(Response::new(StreamBody::new(stream::pending::<
                Result<Frame<Bytes>, Status>,
            >())))
        }
    });
    let client = ClientLayer::new(Deadline::new(), &Case::methods()).unwrap();
    let started = Instant::now();
    let response = client.layer(service).oneshot(endless(kind)).await.unwrap();
    assert_ended(told.recv().await.unwrap(), started);
    let late = response.into_body().frame().await.unwrap().unwrap_err();
    assert_eq!(late.code(), Code::DeadlineExceeded);
}
