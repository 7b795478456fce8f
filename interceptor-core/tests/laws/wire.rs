//! Frame by frame, as a client sees it that is not tonic.

use bytes::Bytes;
use h2::client::SendRequest;
use http::{Request, Version};
use interceptor_core::{CallKind, Side};
use tonic::Code;

use super::transparency::World;
use crate::support::{
    Svc, around,
    body::{Step, answer, data, frame, headers, status},
    caller::call,
    chain::{Pass, Reject},
    echo::{self, failure},
    net::{self, Transport},
    path, service, tap,
};

/// The frames of a response.
#[derive(Debug, PartialEq)]
struct Frames {
    head: Vec<String>,
    /// Whether the stream ended with its headers.
    ends_with_headers: bool,
    data: Bytes,
    trailers: Vec<String>,
}

/// Calls that path with one message.
async fn send(service: Svc, path: &'static str, text: &str) -> Frames {
    let mut client = connect(service).await;
    let request = Request::post(format!("http://peer.test{path}"))
        .version(Version::HTTP_2)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap();
    let (response, mut request) = client.send_request(request, false).unwrap();
    request.send_data(frame(text), true).unwrap();
    let (head, mut body) = response.await.unwrap().into_parts();
    let mut lines = vec![head.status.to_string()];
    lines.extend(tap::lines(&head.headers));
    let ends_with_headers = body.is_end_stream();
    let mut data = Vec::new();
    while let Some(chunk) = body.data().await {
        data.extend(chunk.unwrap());
    }
    let trailers = body.trailers().await.unwrap().unwrap_or_default();
    Frames {
        head: lines,
        ends_with_headers,
        data: data.into(),
        trailers: tap::lines(&trailers),
    }
}

async fn connect(service: Svc) -> SendRequest<Bytes> {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    net::serve(service).send(Ok(theirs)).unwrap();
    let (client, connection) = h2::client::handshake(ours).await.unwrap();
    tokio::spawn(connection);
    client.ready().await.unwrap()
}

fn layered(below: Svc) -> Svc {
    around(Side::Server, (Pass, Pass), below)
}

fn assert_trailers_only(frames: &Frames, context: &str) {
    assert!(frames.ends_with_headers, "{context}: {frames:?}");
    let has = |name: &str| frames.head.iter().any(|line| line.starts_with(name));
    assert_eq!(frames.head[0], "200 OK", "{context}");
    assert!(has("content-type: \"application/grpc\""), "{context}");
    assert!(has("grpc-status: "), "{context}");
    assert!(!has("content-length"), "{context}: {frames:?}");
}

/// One HEADERS frame that ends the stream, and not headers and an empty frame behind them.
///
/// Pitfall P4.
#[tokio::test]
async fn an_error_without_messages_is_one_frame() {
    for kind in CallKind::ALL {
        let layered = send(layered(echo::routes()), path(kind), "fail:5").await;
        assert_trailers_only(&layered, kind.as_str());
        assert_eq!(layered, send(echo::routes(), path(kind), "fail:5").await);
    }
    // For the latter axum writes a content-length of its own.
    for path in ["/echo.v1.Echo/Nothing", "/no.Service/Nothing"] {
        let layered = send(layered(echo::routes()), path, "a").await;
        assert!(layered.ends_with_headers, "{path}");
        assert_eq!(layered, send(echo::routes(), path, "a").await);
    }
}

/// A status of an interceptor goes out just as one of a handler.
///
/// Pitfall P5.
#[tokio::test]
async fn a_rejection_looks_like_the_handlers_own() {
    for kind in CallKind::ALL {
        for code in 1..17 {
            let reject = Reject::with(failure(code));
            let rejected = around(Side::Server, reject, echo::routes());
            let rejected = send(rejected, path(kind), "a").await;
            assert_trailers_only(&rejected, kind.as_str());
            let handlers = send(echo::routes(), path(kind), &format!("fail:{code}")).await;
            assert_eq!(rejected, handlers, "{kind}");
        }
    }
}

#[tokio::test]
async fn a_reply_is_the_same_frames() {
    for kind in CallKind::ALL {
        for text in ["a", "silent", "fail-after:2:5", "big:10000"] {
            let layered = send(layered(echo::routes()), path(kind), text).await;
            let bare = send(echo::routes(), path(kind), text).await;
            assert_eq!(layered, bare, "{kind} {text}");
            let has_length = |frames: &Frames| {
                let mut lines = frames.head.iter();
                lines.any(|line| line.starts_with("content-length"))
            };
            assert!(!has_length(&layered), "{kind} {text}");
        }
    }
}

/// Headers with OK in them, and nothing behind them, end the stream too.
#[tokio::test]
async fn ok_without_messages_is_one_frame() {
    for kind in [CallKind::UnaryStream, CallKind::StreamStream] {
        let below = || {
            service(|_| async {
                let mut response = crate::support::body::respond(tonic::body::Body::empty());
                response.headers_mut().extend(status(Code::Ok, ""));
                Ok(response)
            })
        };
        let layered = send(layered(below()), path(kind), "a").await;
        assert_trailers_only(&layered, kind.as_str());
        assert_eq!(layered, send(below(), path(kind), "a").await);
    }
}

/// Trailers of all kinds arrive, behind the messages.
///
/// Pitfall P1.
#[tokio::test]
async fn trailers_stay_trailers() {
    for kind in CallKind::ALL {
        let below = || {
            service(|_| async {
                let mut trailers = status(Code::Ok, "");
                trailers.extend(headers(&[("x-t", "1"), ("x-t", "2"), ("x-t-bin", "AP8")]));
                Ok(answer([data("a"), Step::Trailers(trailers)]))
            })
        };
        let layered = send(layered(below()), path(kind), "a").await;
        assert_eq!(layered.trailers.len(), 4, "{kind}");
        assert_eq!(layered, send(below(), path(kind), "a").await);
    }
}

/// What a request must have, it has; what would lie, it has not.
///
/// Pitfall P6.
#[tokio::test]
async fn reserved_headers_of_a_request_stay() {
    let chain = |side, below| around(side, (Pass, Pass), below);
    let chain = Some((Side::Client, chain as super::transparency::Wrap));
    let world = World::new(Transport::Duplex, echo::routes(), chain).await;
    for kind in CallKind::ALL {
        let outcome = call(&world.caller, kind, &["a"]).await;
        let request = world.seen(&outcome).wire.request;
        let has = |name: &str| request.iter().any(|line| line.starts_with(name));
        assert!(has("te: \"trailers\"") && has("content-type: \"application/grpc\""));
        assert!(has("user-agent: \"tonic/"), "{request:?}");
        assert!(!has("content-length"), "{request:?}");
    }
}
