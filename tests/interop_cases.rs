//! The cases of gRPC's interop tests, with all of the kit's interceptors that change nothing around the client, the server or
//! both: what the caller gets is what he gets from tonic alone.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

#[path = "../interceptor-core/tests/support/mod.rs"]
mod support;

use std::time::Duration;

use grpc_interceptor::{
    BoxInterceptor, CallKind, Interceptor, Side, deadline::Deadline, hedge::Hedge, log::Log,
    metrics::Metrics, recovery::Recovery, request_id::RequestIds, retry::Retry,
    status::CanonicalCodes, tonic::codec::CompressionEncoding::Gzip,
};
use support::{
    Svc, around,
    body::request,
    caller::{Ask, Outcome, ask, ask_path},
    echo::{Echo, routes_of},
    net::Transport,
};
use testproto::echo::{EchoRequest, echo_client::EchoClient, echo_server::EchoServer};
use tonic::{Code, metadata::MetadataValue};

/// From the outermost on.
fn stack(side: Side) -> Vec<BoxInterceptor> {
    fn boxed(interceptor: impl Interceptor) -> BoxInterceptor {
        BoxInterceptor::new(interceptor)
    }
    match side {
        Side::Client => vec![
            boxed(Metrics::new()),
            boxed(Log::new()),
            boxed(Deadline::new().max(Duration::from_secs(60))),
            boxed(CanonicalCodes::new()),
            boxed(Hedge::new()),
            boxed(Retry::new()),
        ],
        Side::Server => vec![
            boxed(RequestIds::new()),
            boxed(Metrics::new()),
            boxed(Log::new()),
            boxed(Deadline::new().max(Duration::from_secs(60))),
            boxed(Recovery::new()),
            boxed(Retry::new()),
        ],
    }
}

/// The sides that the interceptors stand on.
const PLACES: [&[Side]; 3] = [
    &[Side::Client],
    &[Side::Server],
    &[Side::Client, Side::Server],
];

fn wrap(side: Side, sides: &[Side], service: Svc) -> Svc {
    if sides.contains(&side) {
        around(side, stack(side), service)
    } else {
        service
    }
}

/// tonic's client and server, with the interceptors on these sides.
async fn world(transport: Transport, compressed: bool, sides: &[Side]) -> EchoClient<Svc> {
    let mut server = EchoServer::new(Echo::new());
    if compressed {
        server = server.accept_compressed(Gzip).send_compressed(Gzip);
    }
    let server = wrap(Side::Server, sides, routes_of(server));
    let client = transport.connect(server).await;
    let client = EchoClient::new(wrap(Side::Client, sides, client));
    if compressed {
        client.accept_compressed(Gzip).send_compressed(Gzip)
    } else {
        client
    }
}

/// What it comes to, with tonic alone and so with the interceptors.
async fn same(kind: CallKind, asked: &Ask, code: Code) -> Outcome {
    let mut outcome = Outcome::default();
    for transport in Transport::ALL {
        for compressed in [false, true] {
            let mut bare = world(transport, compressed, &[]).await;
            outcome = ask(&mut bare, kind, asked.clone()).await;
            assert_eq!(outcome.code(), code, "{kind}: {}", outcome.text());
            for sides in PLACES {
                let mut client = world(transport, compressed, sides).await;
                let found = ask(&mut client, kind, asked.clone()).await;
                let what = format!("{kind}, {transport:?}, {compressed}, on {sides:?}");
                assert_eq!(lines(&found), lines(&outcome), "{what}");
            }
        }
    }
    outcome
}

/// But for the id of a request, which its response has too, and the time.
fn lines(outcome: &Outcome) -> Vec<String> {
    let mut lines = outcome.lines();
    lines.retain(|line| !line.contains("x-request-id") && !line.contains(" date:"));
    lines
}

fn payload(text: &str, size: usize) -> EchoRequest {
    EchoRequest {
        payload: vec![0; size],
        ..request(text)
    }
}

fn asks(requests: Vec<EchoRequest>) -> Ask {
    Ask {
        requests,
        ..Ask::default()
    }
}

#[tokio::test]
async fn empty_unary() {
    same(CallKind::UnaryUnary, &Ask::of(&[""]), Code::Ok).await;
}

#[tokio::test]
async fn large_unary() {
    let asked = asks(vec![payload("big:314159", 271_828)]);
    let outcome = same(CallKind::UnaryUnary, &asked, Code::Ok).await;
    assert_eq!(outcome.messages[0].payload.len(), 314_159);
}

#[tokio::test]
async fn client_streaming() {
    let sizes = [27_182, 8, 1_828, 45_904];
    let asked = asks(sizes.map(|size| payload("", size)).to_vec());
    let outcome = same(CallKind::StreamUnary, &asked, Code::Ok).await;
    assert_eq!(outcome.messages[0].index, 4);
}

#[tokio::test]
async fn server_streaming() {
    let asked = Ask::of(&["big:31415"]);
    let outcome = same(CallKind::UnaryStream, &asked, Code::Ok).await;
    assert_eq!(outcome.messages[0].payload.len(), 31_415);
}

#[tokio::test]
async fn ping_pong() {
    let mut asked = Ask::of(&["27182", "8", "1828", "45904"]);
    asked.metadata.insert("x-live", "yes".parse().unwrap());
    let outcome = same(CallKind::StreamStream, &asked, Code::Ok).await;
    assert_eq!(outcome.texts(), ["27182", "8", "1828", "45904"]);
}

#[tokio::test]
async fn empty_stream() {
    let outcome = same(CallKind::StreamStream, &Ask::of(&[]), Code::Ok).await;
    assert!(outcome.messages.is_empty());
}

#[tokio::test]
async fn custom_metadata() {
    let mut asked = Ask::of(&["a"]);
    let name = "x-grpc-test-echo-initial";
    asked
        .metadata
        .insert(name, "test_initial_metadata_value".parse().unwrap());
    let bytes = MetadataValue::from_bytes(&[0xab; 3]);
    asked
        .metadata
        .insert_bin("x-grpc-test-echo-trailing-bin", bytes);
    for kind in [CallKind::UnaryUnary, CallKind::StreamStream] {
        let outcome = same(kind, &asked, Code::Ok).await;
        assert!(outcome.headers.contains_key("x-initial-bin"), "{kind}");
    }
}

/// With a text that has to be escaped, details and metadata.
#[tokio::test]
async fn status_code_and_message() {
    for kind in CallKind::ALL {
        let outcome = same(kind, &Ask::of(&["fail:2"]), Code::Unknown).await;
        assert_eq!(outcome.text(), "as äsked, 100 %\n");
    }
}

#[tokio::test]
async fn unimplemented_method_and_service() {
    for path in ["/echo.v1.Echo/Nobody", "/no.such.Service/Nobody"] {
        for transport in Transport::ALL {
            for sides in PLACES.into_iter().chain([&[][..]]) {
                let server = routes_of(EchoServer::new(Echo::new()));
                let server = wrap(Side::Server, sides, server);
                let client = wrap(Side::Client, sides, transport.connect(server).await);
                let outcome = ask_path(&client, path, Ask::of(&["a"])).await;
                assert_eq!(outcome.code(), Code::Unimplemented, "{path}, on {sides:?}");
                assert!(outcome.messages.is_empty());
            }
        }
    }
}
