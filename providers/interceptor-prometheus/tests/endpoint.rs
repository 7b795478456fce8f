//! The address where Prometheus reads.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::sync::Arc;

use interceptor_kit::metrics::{Format, Metrics};
use interceptor_prometheus::{Endpoint, PrometheusClientCollector, PrometheusCollector, Source};
use interceptor_test::Harness;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Metrics with one call in them.
fn counted() -> Metrics {
    let metrics = Metrics::new();
    // The harness pauses the clock of its runtime, so it has one of its own.
    let harness = Harness::unary_unary(metrics.clone());
    let call = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(harness.call());
    };
    std::thread::scope(|scope| scope.spawn(call).join().unwrap());
    metrics
}

async fn serve(source: impl Source) -> Endpoint {
    Endpoint::bind("127.0.0.1:0", source).await.unwrap()
}

/// Head and body of the answer.
async fn ask(endpoint: &Endpoint, head: &str) -> (String, String) {
    let mut stream = TcpStream::connect(endpoint.local_addr()).await.unwrap();
    let request = format!("{head}\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

const GET: &str = "GET /metrics HTTP/1.1";
const GET_OPEN: &str =
    "GET /metrics HTTP/1.1\r\naccept: application/openmetrics-text;version=1.0.0,text/plain;q=0.5";

#[tokio::test]
async fn gives_the_text_format_or_openmetrics() {
    let metrics = counted();
    let endpoint = serve(metrics.registry()).await;
    let (head, body) = ask(&endpoint, GET).await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(
        head.contains("content-type: text/plain; version=0.0.4; charset=utf-8"),
        "{head}"
    );
    assert_eq!(body, metrics.registry().render(Format::Text));
    assert!(body.contains("grpc_client_started_total{"), "{body}");

    let (head, body) = ask(&endpoint, GET_OPEN).await;
    assert!(
        head.contains("content-type: application/openmetrics-text; version=1.0.0"),
        "{head}"
    );
    assert_eq!(body, metrics.registry().render(Format::OpenMetrics));
}

#[tokio::test]
async fn answers_no_other_path_and_no_other_method() {
    let endpoint = serve(Metrics::new().registry()).await;
    for (head, status) in [
        ("GET / HTTP/1.1", "404"),
        ("GET /metrics/more HTTP/1.1", "404"),
        ("POST /metrics HTTP/1.1\r\ncontent-length: 0", "405"),
        ("GET /metrics?name=x HTTP/1.1", "200"),
    ] {
        let (answer, _) = ask(&endpoint, head).await;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{head}: {answer}"
        );
    }
    let (head, body) = ask(&endpoint, "HEAD /metrics HTTP/1.1").await;
    assert!(
        head.starts_with("HTTP/1.1 200 ") && body.is_empty(),
        "{head}"
    );
}

#[tokio::test]
async fn shows_the_registries_of_other_crates() {
    let metrics = counted();
    let registry = prometheus::Registry::new();
    registry
        .register(Box::new(PrometheusCollector::new(&metrics).unwrap()))
        .unwrap();
    let (head, body) = ask(&serve(registry).await, GET_OPEN).await;
    assert!(
        head.contains("content-type: text/plain; version=0.0.4"),
        "{head}"
    );
    assert!(body.contains("grpc_client_started_total{"), "{body}");

    let mut registry = prometheus_client::registry::Registry::default();
    registry.register_collector(Box::new(PrometheusClientCollector::new(&metrics)));
    let (head, body) = ask(&serve(Arc::new(registry)).await, GET).await;
    assert!(
        head.contains("content-type: application/openmetrics-text"),
        "{head}"
    );
    assert!(body.ends_with("# EOF\n"), "{body}");
}

#[tokio::test]
async fn shows_what_a_closure_writes() {
    let endpoint = serve(|_: Format| (Format::Text, "up 1\n".to_owned())).await;
    assert_eq!(
        endpoint.url(),
        format!("http://{}/metrics", endpoint.local_addr())
    );
    assert_eq!(ask(&endpoint, GET).await.1, "up 1\n");
}

#[tokio::test]
async fn who_says_nothing_keeps_nobody_else_waiting() {
    let endpoint = serve(Metrics::new().registry()).await;
    let mut silent = Vec::new();
    for _ in 0..32 {
        silent.push(TcpStream::connect(endpoint.local_addr()).await.unwrap());
    }
    assert!(ask(&endpoint, GET).await.0.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn ends_when_it_is_dropped() {
    let endpoint = serve(Metrics::new().registry()).await;
    let address = endpoint.local_addr();
    let mut open = TcpStream::connect(address).await.unwrap();
    ask(&endpoint, GET).await;
    drop(endpoint);
    assert_eq!(open.read(&mut [0; 1]).await.unwrap_or(0), 0);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn says_that_an_address_is_taken() {
    let endpoint = serve(Metrics::new().registry()).await;
    let again = Endpoint::bind(endpoint.local_addr(), Metrics::new().registry()).await;
    assert_eq!(again.unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
}
