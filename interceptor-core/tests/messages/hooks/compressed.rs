//! Messages that are compressed, and bodies whose length is told.

use http::Request;
use interceptor_core::{CallKind, Side};
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tonic::{Code, body::Body, codec::CompressionEncoding};
use tower::ServiceExt as _;

use super::*;
use crate::support::{
    SIDES, Svc, around,
    body::{Log, answer, body, data},
    caller::{Ask, ask},
    echo::{Echo, routes_of},
    everywhere,
    net::Transport,
    path, service,
    tap::Tap,
};

fn gzip_server() -> Svc {
    let server = EchoServer::new(Echo::new())
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip);
    routes_of(server)
}

fn gzip_client(channel: Svc) -> EchoClient<Svc> {
    EchoClient::new(channel)
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip)
}

/// Seen decompressed, and passed on as they came.
///
/// Pitfall P28.
#[tokio::test]
async fn compressed_messages() {
    for side in SIDES {
        let mut passed = Vec::new();
        let inspect = Inspect::new();
        for looked_at in [false, true] {
            let (wire, handler) = (Tap::default(), Tap::default());
            let wrap = |here, below| {
                let chain = (inspect.clone(), inspect.clone());
                if looked_at && here == side {
                    around(side, chain, below)
                } else {
                    below
                }
            };
            let server = wrap(Side::Server, handler.around(gzip_server()));
            let channel = Transport::Duplex.connect(wire.around(server)).await;
            let mut client = gzip_client(wrap(Side::Client, channel));
            for kind in CallKind::ALL {
                let long = "long".repeat(1000);
                let outcome = ask(&mut client, kind, Ask::of(&[&long, "b"])).await;
                assert_eq!(outcome.code(), Code::Ok, "{kind}");
                let wire = wire.take();
                assert_eq!(wire.request_body.bytes[0], 1, "{kind}: it is compressed");
                assert_eq!(wire.response_body.bytes[0], 1, "{kind}: it is compressed");
                passed.push((outcome.lines(), wire, handler.take()));
                if looked_at {
                    let count = if kind.client_streaming() { 2 } else { 1 };
                    assert_eq!(inspect.requests.take().len(), 2 * count, "{kind} {side}");
                    assert!(
                        inspect.replies.take()[0].starts_with("long"),
                        "{kind} {side}"
                    );
                }
            }
        }
        let (bare, looked_at) = passed.split_at(4);
        assert_eq!(bare, looked_at, "{side}");
    }
}

/// A new message is not compressed, which it may be in any stream.
#[tokio::test]
async fn compressed_messages_that_are_changed() {
    for side in SIDES {
        let wrap = |here, below| {
            if here == side {
                around(side, Sign("!"), below)
            } else {
                below
            }
        };
        let server = wrap(Side::Server, gzip_server());
        let channel = Transport::Duplex.connect(server).await;
        let mut client = gzip_client(wrap(Side::Client, channel));
        for kind in CallKind::ALL {
            let outcome = ask(&mut client, kind, Ask::of(&["a", "b"])).await;
            let expected: &[&str] = match kind {
                CallKind::StreamUnary => &["a! b!!"],
                CallKind::StreamStream => &["a!!", "b!!"],
                _ => &["a!!"],
            };
            assert_eq!(outcome.texts(), expected, "{kind} {side}");
        }
    }
}

/// The length that the headers tell is that of the body as it came.
#[tokio::test]
async fn a_content_length_does_not_outlive_its_body() {
    for (kind, side) in everywhere() {
        let lengths: Log<[bool; 2]> = Log::new();
        for changes in [false, true] {
            let arrived = Log::new();
            let below = {
                let (arrived, steps) = (arrived.clone(), answering(kind));
                service(move |request: Request<Body>| {
                    arrived.push(request.headers().contains_key("content-length"));
                    let mut response = answer(steps.clone());
                    response.headers_mut().insert("content-length", 1000.into());
                    std::future::ready(Ok(response))
                })
            };
            let chain = changes.then_some(Sign("!"));
            let request = Request::post(path(kind)).header("content-length", 8);
            let request = request.body(body([data("a")])).unwrap();
            let response = around(side, chain, below).oneshot(request).await.unwrap();
            let left = response.headers().contains_key("content-length");
            lengths.push([arrived.take()[0], left]);
        }
        assert_eq!(lengths.take(), [[true; 2], [false; 2]], "{kind} {side}");
    }
}
