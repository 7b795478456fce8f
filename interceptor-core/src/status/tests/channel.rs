//! What the errors of tonic's channel say, for each thing that a peer can do.

use http::Request;
use http_body_util::BodyExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tonic::{
    Code, Status,
    body::Body,
    transport::{Channel, Endpoint},
};
use tower::{Service, ServiceExt};

use super::raw_server::{Step, channel, one_call_at_a_time};
use crate::status::{Origin, TransportKind, transport};

fn request() -> Request<Body> {
    Request::post("http://peer.test/a.B/C")
        .body(Body::empty())
        .unwrap()
}

/// Calls, reads the response to its end, and returns the failure.
async fn fail(mut channel: Channel, request: Request<Body>) -> Status {
    let response = match channel.ready().await {
        Ok(channel) => channel.call(request).await,
        Err(error) => Err(error),
    };
    match response {
        Err(error) => transport(error.into(), false),
        Ok(response) => match response.into_body().collect().await {
            Err(error) => transport(error.into(), true),
            Ok(_) => panic!("the call did not fail"),
        },
    }
}

async fn origin_of(steps: &'static [Step]) -> Origin {
    Origin::of(&fail(channel(steps), request()).await)
}

fn before_headers(kind: TransportKind) -> Origin {
    Origin::Transport {
        kind,
        headers_received: false,
    }
}

fn after_headers(kind: TransportKind) -> Origin {
    Origin::Transport {
        kind,
        headers_received: true,
    }
}

#[tokio::test(start_paused = true)]
async fn refused() {
    let origin = origin_of(&[Step::Reset(7), Step::Hang]).await;
    assert_eq!(origin, before_headers(TransportKind::Refused));
}

#[tokio::test(start_paused = true)]
async fn goaway_below_the_stream() {
    let origin = origin_of(&[Step::GoAway { last_stream: 0 }, Step::Hang]).await;
    assert_eq!(origin, before_headers(TransportKind::GoAway));
}

#[tokio::test(start_paused = true)]
async fn goaway_above_the_stream_then_close() {
    let origin = origin_of(&[Step::GoAway { last_stream: 1 }]).await;
    assert_eq!(origin, before_headers(TransportKind::ConnectionLost));
}

#[tokio::test(start_paused = true)]
async fn close_before_headers() {
    let status = fail(channel(&[]), request()).await;
    assert_eq!(
        Origin::of(&status),
        before_headers(TransportKind::ConnectionLost)
    );
    assert_eq!(status.code(), Code::Unknown, "tonic's code stays");
}

#[tokio::test(start_paused = true)]
async fn close_after_headers() {
    let origin = origin_of(&[Step::Headers]).await;
    assert_eq!(origin, after_headers(TransportKind::ConnectionLost));
}

#[tokio::test(start_paused = true)]
async fn resets_before_headers() {
    for (step, reason) in [
        (&[Step::Reset(0), Step::Hang], 0),
        (&[Step::Reset(1), Step::Hang], 1),
        (&[Step::Reset(8), Step::Hang], 8),
        (&[Step::Reset(11), Step::Hang], 11),
        (&[Step::Reset(12), Step::Hang], 12),
        (&[Step::Reset(99), Step::Hang], 99),
    ] {
        assert_eq!(
            origin_of(step).await,
            before_headers(TransportKind::Reset { reason })
        );
    }
}

#[tokio::test(start_paused = true)]
async fn resets_after_headers() {
    let origin = origin_of(&[Step::Headers, Step::Reset(2), Step::Hang]).await;
    assert_eq!(origin, after_headers(TransportKind::Reset { reason: 2 }));
    let origin = origin_of(&[Step::Headers, Step::Reset(7), Step::Hang]).await;
    assert_eq!(origin, after_headers(TransportKind::Refused));
    assert!(!origin.is_refused(), "a handler has seen it");
}

#[tokio::test(start_paused = true)]
async fn no_connection() {
    let refuse = |_: http::Uri| async {
        Err::<TokioIo<tokio::io::DuplexStream>, _>(std::io::Error::from(
            std::io::ErrorKind::ConnectionRefused,
        ))
    };
    let channel = Endpoint::from_static("http://peer.test")
        .connect_with_connector_lazy(tower::service_fn(refuse));
    let status = fail(channel, request()).await;
    assert_eq!(Origin::of(&status), before_headers(TransportKind::Connect));
    assert_eq!(status.code(), Code::Unavailable);
}

#[tokio::test(start_paused = true)]
async fn timeout_of_tonics() {
    let mut request = request();
    request
        .headers_mut()
        .insert("grpc-timeout", "1S".parse().unwrap());
    let status = fail(channel(&[Step::Hang]), request).await;
    assert_eq!(Origin::of(&status), before_headers(TransportKind::Timeout));
    assert_eq!(status.code(), Code::Cancelled, "tonic's code stays");
}

#[tokio::test(start_paused = true)]
async fn waiting_for_its_turn_when_the_connection_ends() {
    let channel = one_call_at_a_time(&[Step::GoAway { last_stream: 1 }]);
    let (first, second) = tokio::join!(fail(channel.clone(), request()), fail(channel, request()));
    assert_eq!(
        Origin::of(&first),
        before_headers(TransportKind::ConnectionLost)
    );
    // Almost surely it was not sent, but tonic and hyper do not say so each time.
    let likely = [TransportKind::ConnectionLost, TransportKind::NeverSent].map(before_headers);
    assert!(likely.contains(&Origin::of(&second)), "{second:?}");
}

#[tokio::test]
async fn in_hypers_queue_when_the_connection_ends() {
    let (ours, _theirs) = tokio::io::duplex(1024);
    let (executor, io) = (TokioExecutor::new(), TokioIo::new(ours));
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io)
        .await
        .unwrap();
    let response = sender.send_request(request());
    drop(connection);
    let status = transport(response.await.unwrap_err().into(), false);
    assert_eq!(
        Origin::of(&status),
        before_headers(TransportKind::NeverSent)
    );
    assert_eq!(status.code(), Code::Cancelled, "tonic's code stays");
    assert!(Origin::of(&status).is_never_sent());
}
