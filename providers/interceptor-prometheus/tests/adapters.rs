//! What other libraries' registries say of the same calls.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use interceptor_core::tonic::Code;
use interceptor_kit::metrics::{Dialect, Format, Metrics, Recorder};
use interceptor_prometheus::{FacadeRecorder, PrometheusClientCollector, PrometheusCollector};
use interceptor_test::{Case, Harness, Peer};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, SharedString, Unit,
};

/// One call of each type on each side, and as many that fail.
async fn calls<R: Recorder>(metrics: &Metrics<R>) {
    for case in Case::all() {
        for peer in [Peer::echo(), Peer::fail_after(1, Code::Aborted)] {
            Harness::new(case, metrics.clone()).peer(peer).call().await;
        }
    }
}

/// Label for label and number for number: that crate writes as Go does.
#[tokio::test(start_paused = true)]
async fn prometheus_writes_the_same_text() {
    let metrics = Metrics::builder().message_seconds(true).build().unwrap();
    let registry = prometheus::Registry::new();
    registry
        .register(Box::new(PrometheusCollector::new(&metrics).unwrap()))
        .unwrap();
    assert!(registry.gather().is_empty());
    calls(&metrics).await;
    let theirs = prometheus::TextEncoder::new()
        .encode_to_string(&registry.gather())
        .unwrap();
    assert_eq!(theirs, metrics.registry().render(Format::Text));
    assert!(theirs.contains("grpc_server_handled_total{grpc_code=\"Aborted\""));
}

#[test]
fn a_name_that_the_registry_has_already_is_refused() {
    let registry = prometheus::Registry::new();
    let taken = prometheus::IntCounter::new("grpc_server_started_total", "Mine.").unwrap();
    registry.register(Box::new(taken)).unwrap();
    let ours = PrometheusCollector::new(&Metrics::new()).unwrap();
    assert!(registry.register(Box::new(ours)).is_err());
}

/// The order of labels is another, so lines are compared as sets of their parts.
#[tokio::test(start_paused = true)]
async fn prometheus_client_writes_the_same_openmetrics() {
    let metrics = Metrics::builder()
        .message_seconds(true)
        .dialect(Dialect::Java)
        .build()
        .unwrap();
    let mut registry = prometheus_client::registry::Registry::default();
    registry.register_collector(Box::new(PrometheusClientCollector::new(&metrics)));
    calls(&metrics).await;
    let mut theirs = String::new();
    prometheus_client::encoding::text::encode(&mut theirs, &registry).unwrap();
    let ours = metrics.registry().render(Format::OpenMetrics);
    assert_eq!(lines(&theirs), lines(&ours));
    assert!(theirs.ends_with("# EOF\n"));
}

fn lines(text: &str) -> BTreeSet<(String, BTreeSet<String>, String)> {
    let parts = |line: &str| {
        let (before, value) = line.rsplit_once(' ').unwrap_or((line, ""));
        let (name, labels) = before.split_once('{').unwrap_or((before, ""));
        let labels = labels.trim_end_matches('}').split(',').map(str::to_owned);
        let value = value
            .parse()
            .map_or(value.to_owned(), |value: f64| format!("{value:?}"));
        (name.to_owned(), labels.collect(), value)
    };
    text.lines().map(parts).collect()
}

#[tokio::test(start_paused = true)]
async fn the_facade_is_told_every_number() {
    let recorder = Remembering::default();
    let facade = FacadeRecorder::new(recorder.clone());
    let metrics = Metrics::builder().recorder(facade).build().unwrap();
    let ours = Metrics::new();
    calls(&metrics).await;
    calls(&ours).await;

    let described = recorder.described.lock().unwrap().clone();
    let help = "Total number of RPCs started on the server.";
    assert_eq!(described["grpc_server_started_total"], help);
    let counts = recorder.counts();
    let labels = "grpc_type=unary,grpc_service=interceptor.test.Test,grpc_method=UnaryUnary";
    let of = |name: &str, more: &str| counts[&format!("{name}{{{labels}{more}}}")];
    assert_eq!(of("grpc_server_started_total", ""), 2);
    assert_eq!(of("grpc_server_handled_total", ",grpc_code=Aborted"), 1);
    assert_eq!(of("grpc_server_handling_seconds", ""), 2);
    assert_eq!(of("grpc_server_in_flight", ""), 0);
    let series = ours.registry().snapshot();
    assert_eq!(
        counts.len(),
        series
            .iter()
            .map(|family| family.series().len())
            .sum::<usize>()
    );
}

/// A recorder of the facade that keeps the numbers.
#[derive(Clone, Debug, Default)]
struct Remembering {
    described: Arc<Mutex<BTreeMap<String, String>>>,
    series: Arc<Mutex<BTreeMap<String, Arc<Number>>>>,
}

#[derive(Debug, Default)]
struct Number(AtomicU64);

// === impl Remembering ===

impl Remembering {
    fn describe(&self, name: &KeyName, help: &str) {
        let mut described = self.described.lock().unwrap();
        described.insert(name.as_str().to_owned(), help.to_owned());
    }

    fn number(&self, key: &Key) -> Arc<Number> {
        let labels = key
            .labels()
            .map(|label| format!("{}={}", label.key(), label.value()));
        let labels = labels.collect::<Vec<_>>().join(",");
        let name = format!("{}{{{labels}}}", key.name());
        Arc::clone(self.series.lock().unwrap().entry(name).or_default())
    }

    fn counts(&self) -> BTreeMap<String, u64> {
        let series = self.series.lock().unwrap();
        series
            .iter()
            .map(|(name, number)| (name.clone(), number.0.load(Relaxed)))
            .collect()
    }
}

impl metrics::Recorder for Remembering {
    fn describe_counter(&self, name: KeyName, _: Option<Unit>, help: SharedString) {
        self.describe(&name, &help);
    }

    fn describe_gauge(&self, name: KeyName, _: Option<Unit>, help: SharedString) {
        self.describe(&name, &help);
    }

    fn describe_histogram(&self, name: KeyName, _: Option<Unit>, help: SharedString) {
        self.describe(&name, &help);
    }

    fn register_counter(&self, key: &Key, _: &metrics::Metadata<'_>) -> Counter {
        Counter::from_arc(self.number(key))
    }

    fn register_gauge(&self, key: &Key, _: &metrics::Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.number(key))
    }

    fn register_histogram(&self, key: &Key, _: &metrics::Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.number(key))
    }
}

// === impl Number ===

impl CounterFn for Number {
    fn increment(&self, value: u64) {
        self.0.fetch_add(value, Relaxed);
    }

    fn absolute(&self, value: u64) {
        self.0.store(value, Relaxed);
    }
}

impl GaugeFn for Number {
    fn increment(&self, _: f64) {
        self.0.fetch_add(1, Relaxed);
    }

    fn decrement(&self, _: f64) {
        self.0.fetch_sub(1, Relaxed);
    }

    fn set(&self, _: f64) {
        panic!("nobody sets it");
    }
}

impl HistogramFn for Number {
    fn record(&self, _: f64) {
        self.0.fetch_add(1, Relaxed);
    }
}
