//! Metrics over real connections, with plain tonic on the other side.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

#[path = "../examples/shared/echo.rs"]
mod echo;

use std::{net::SocketAddr, time::Duration};

use echo::EchoService;
use grpc_interceptor::{
    metrics::{Dialect, FamilySnapshot, Format, Metrics, ValueSnapshot},
    prelude::*,
    retry_on_error::{RetryOnError, WaitExponential},
    tonic::transport::{Channel, Server, server::TcpIncoming},
};
use interceptor_test::{Case, Harness, Peer};
use testproto::echo::{EchoRequest, echo_client::EchoClient, echo_server::EchoServer};
use tokio::task::JoinHandle;

fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}

/// A server with these metrics, or a plain one.
fn serve(metrics: Option<Metrics>) -> (SocketAddr, JoinHandle<()>) {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap();
    let layer = metrics.map(|metrics| ServerLayer::new(metrics, &methods()).unwrap());
    let serving = async move {
        let echo = EchoServer::new(EchoService);
        let served = match layer {
            Some(layer) => {
                let server = Server::builder().layer(layer).add_service(echo);
                server.serve_with_incoming(incoming).await
            }
            None => {
                Server::builder()
                    .add_service(echo)
                    .serve_with_incoming(incoming)
                    .await
            }
        };
        served.unwrap();
    };
    (address, tokio::spawn(serving))
}

async fn connect(address: SocketAddr) -> Channel {
    Channel::from_shared(format!("http://{address}"))
        .unwrap()
        .connect()
        .await
        .unwrap()
}

fn text() -> EchoRequest {
    EchoRequest {
        text: "hello".to_owned(),
        count: 3,
        ..EchoRequest::default()
    }
}

/// What the counter of that name and code has counted, over all methods.
fn count(metrics: &Metrics, name: &str, code: Option<Code>) -> u64 {
    let code = code.map(|code| Dialect::Go.code(code));
    let families = metrics.registry().snapshot();
    let family = families
        .iter()
        .filter(|family| family.family().name() == name);
    let series = family.flat_map(FamilySnapshot::series);
    let series =
        series.filter(|series| code.is_none_or(|code| series.labels().any(|label| label == code)));
    let counts = series.map(|series| match series.value() {
        ValueSnapshot::Counter { value, .. } => *value,
        other => panic!("{name} is {other:?}"),
    });
    counts.sum()
}

/// Waits until so much is counted.
async fn until(metrics: &Metrics, name: &str, code: Option<Code>, expected: u64) {
    let counted = async {
        while count(metrics, name, code) != expected {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(10), counted).await;
    let text = metrics.registry().render(Format::Text);
    assert!(waited.is_ok(), "{name} {code:?} is not {expected}:\n{text}");
}

#[tokio::test]
async fn a_server_counts_what_a_plain_client_does() {
    let metrics = Metrics::new();
    let (address, _serving) = serve(Some(metrics.clone()));
    let mut client = EchoClient::new(connect(address).await);

    client.unary_echo(text()).await.unwrap();
    let mut replies = client.server_stream(text()).await.unwrap().into_inner();
    while replies.message().await.unwrap().is_some() {}
    client
        .client_stream(tokio_stream::iter([text(), text()]))
        .await
        .unwrap();
    until(&metrics, "grpc_server_handled_total", Some(Code::Ok), 3).await;
    assert_eq!(
        count(&metrics, "grpc_server_msg_received_total", None),
        1 + 1 + 2
    );
    assert_eq!(
        count(&metrics, "grpc_server_msg_sent_total", None),
        1 + 3 + 1
    );

    // It goes away in the middle of a stream without end.
    let without_end = EchoRequest {
        count: u32::MAX,
        ..text()
    };
    drop(client.server_stream(without_end).await.unwrap());
    until(
        &metrics,
        "grpc_server_handled_total",
        Some(Code::Cancelled),
        1,
    )
    .await;
    assert_eq!(count(&metrics, "grpc_server_started_total", None), 4);
}

#[tokio::test]
async fn a_client_counts_what_a_plain_server_does() {
    let metrics = Metrics::new();
    let (address, _serving) = serve(None);
    let layer = ClientLayer::new(metrics.clone(), &methods()).unwrap();
    let mut client = EchoClient::new(layer.layer(connect(address).await));

    client.unary_echo(text()).await.unwrap();
    let mut replies = client.server_stream(text()).await.unwrap().into_inner();
    while replies.message().await.unwrap().is_some() {}
    assert_eq!(
        count(&metrics, "grpc_client_handled_total", Some(Code::Ok)),
        2
    );
    assert_eq!(
        count(&metrics, "grpc_client_msg_received_total", None),
        1 + 3
    );

    let open = client.bidi_stream(tokio_stream::pending()).await.unwrap();
    assert_eq!(count(&metrics, "grpc_client_handled_total", None), 2);
    drop(open);
    assert_eq!(
        count(&metrics, "grpc_client_handled_total", Some(Code::Cancelled)),
        1
    );

    // Nobody listens there.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let channel = Channel::from_shared(format!("http://{nobody}"))
        .unwrap()
        .connect_lazy();
    EchoClient::new(layer.layer(channel))
        .unary_echo(text())
        .await
        .unwrap_err();
    assert_eq!(
        count(
            &metrics,
            "grpc_client_handled_total",
            Some(Code::Unavailable)
        ),
        1
    );
    assert_eq!(count(&metrics, "grpc_client_started_total", None), 4);
    // That message never left.
    assert_eq!(count(&metrics, "grpc_client_msg_sent_total", None), 1 + 1);
}

#[tokio::test(start_paused = true)]
async fn outside_of_a_retry_calls_are_counted_and_inside_attempts() {
    for case in Case::all() {
        let (outside, inside) = (Metrics::new(), Metrics::new());
        let wait = WaitExponential::new(0.1, 0.1, 1.0).unwrap();
        let retry = RetryOnError::new(wait, 5).unwrap();
        let chain = (outside.clone(), retry, inside.clone());
        let harness = Harness::new(case, chain).peer(Peer::fail_times(2, Code::Unavailable));
        assert_eq!(harness.call().await.code(), Code::Ok, "{case}");
        let name = |rest| format!("grpc_{}_{rest}", case.side());
        let of = |metrics, code| count(metrics, &name("handled_total"), Some(code));
        assert_eq!(count(&outside, &name("started_total"), None), 1, "{case}");
        assert_eq!(of(&outside, Code::Ok), 1, "{case}");
        assert_eq!(of(&outside, Code::Unavailable), 0, "{case}");
        assert_eq!(count(&inside, &name("started_total"), None), 3, "{case}");
        assert_eq!(of(&inside, Code::Ok), 1, "{case}");
        assert_eq!(of(&inside, Code::Unavailable), 2, "{case}");
    }
}
