//! The instruments of gRFC A66 and A96, as an exporter gets them.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{collections::BTreeMap, time::Duration};

use interceptor_core::{BoxInterceptor, Interceptor, ServerLayer, Side, Unknown, tonic::Code};
use interceptor_kit::{
    policy::{Backoff, RetryPolicy},
    retry::Retry,
};
use interceptor_otel::metrics::GrpcMetrics;
use interceptor_test::{Case, Harness, Moment, Outcome, Peer, WireMessage};
use opentelemetry_sdk::metrics::{
    InMemoryMetricExporter, PeriodicReader, SdkMeterProvider,
    data::{AggregatedMetrics, HistogramDataPoint, MetricData},
};

/// What there is of one instrument with one set of attributes.
#[derive(Debug, Clone, PartialEq)]
struct Point {
    unit: String,
    count: u64,
    sum: f64,
    bounds: Vec<f64>,
}

/// By instrument and attributes, such as `grpc.client.call.duration grpc.method=… grpc.status=…`.
type Points = BTreeMap<String, Point>;

struct Meters {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
}

// === impl Meters ===

impl Meters {
    fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(exporter.clone()).build();
        let provider = SdkMeterProvider::builder().with_reader(reader).build();
        Self { exporter, provider }
    }

    fn points(&self) -> Points {
        self.provider.force_flush().unwrap();
        let mut points = Points::new();
        let all = self.exporter.get_finished_metrics().unwrap();
        let scopes = all.last().unwrap().scope_metrics();
        for metric in scopes.flat_map(|scope| {
            assert_eq!(scope.scope().name(), "interceptor-otel");
            assert_eq!(scope.scope().version(), Some(env!("CARGO_PKG_VERSION")));
            scope.metrics()
        }) {
            let (name, unit) = (metric.name(), metric.unit());
            match metric.data() {
                AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                    assert!(sum.is_monotonic());
                    for point in sum.data_points() {
                        let point_of = Point {
                            unit: unit.into(),
                            count: point.value(),
                            sum: 0.0,
                            bounds: vec![],
                        };
                        points.insert(key(name, point.attributes()), point_of);
                    }
                }
                AggregatedMetrics::U64(MetricData::Histogram(of)) => {
                    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                    points.extend(
                        of.data_points()
                            .map(|point| entry(name, unit, point, |sum| sum as f64)),
                    );
                }
                AggregatedMetrics::F64(MetricData::Histogram(of)) => {
                    points.extend(
                        of.data_points()
                            .map(|point| entry(name, unit, point, |sum| sum)),
                    );
                }
                other => panic!("{name}: {other:?}"),
            }
        }
        points
    }
}

fn entry<T: Copy>(
    name: &str,
    unit: &str,
    point: &HistogramDataPoint<T>,
    sum: impl Fn(T) -> f64,
) -> (String, Point) {
    let of = Point {
        unit: unit.to_owned(),
        count: point.count(),
        sum: sum(point.sum()),
        bounds: point.bounds().collect(),
    };
    (key(name, point.attributes()), of)
}

fn key<'a>(name: &str, attributes: impl Iterator<Item = &'a opentelemetry::KeyValue>) -> String {
    let mut attributes: Vec<_> = attributes
        .map(|of| format!(" {}={}", of.key, of.value))
        .collect();
    attributes.sort();
    format!("{name}{}", attributes.concat())
}

fn method(case: Case) -> &'static str {
    case.path().strip_prefix('/').unwrap()
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn size<'a>(messages: impl IntoIterator<Item = &'a WireMessage>) -> f64 {
    messages
        .into_iter()
        .map(|message| message.bytes().len())
        .sum::<usize>() as f64
}

fn on_client(metrics: &GrpcMetrics) -> impl Interceptor + use<> {
    (metrics.calls(), metrics.attempts())
}

/// Instrument and attributes, unit, and the number of bounds, of one call.
fn expected(case: Case, status: &str) -> Vec<(String, &'static str, usize)> {
    let (of, unit, target) = match case.side() {
        Side::Client => (
            "client.attempt",
            "{attempt}",
            " grpc.target=dns:///shop:443",
        ),
        Side::Server => ("server.call", "{call}", ""),
    };
    let method = format!("grpc.method={}", method(case));
    let rest = format!("{method} grpc.status={status}{target}");
    let size = "total_compressed_message_size";
    let mut expected = vec![
        (format!("grpc.{of}.started {method}{target}"), unit, 0),
        (format!("grpc.{of}.duration {rest}"), "s", 41),
        (format!("grpc.{of}.sent_{size} {rest}"), "By", 14),
        (format!("grpc.{of}.rcvd_{size} {rest}"), "By", 14),
    ];
    if case.side() == Side::Client {
        expected.push((format!("grpc.client.call.duration {rest}"), "s", 41));
    }
    expected.sort();
    expected
}

/// What a call came to, and what it sent.
async fn call(case: Case, metrics: &GrpcMetrics, peer: Peer) -> (Outcome, Vec<WireMessage>) {
    if case.side() == Side::Client {
        let harness = Harness::new(case, on_client(metrics)).peer(peer);
        (harness.call().await, harness.sends())
    } else {
        let harness = Harness::new(case, metrics.calls()).peer(peer);
        (harness.call().await, harness.sends())
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_has_all_of_a66_and_nothing_else() {
    for case in Case::all() {
        for (peer, status) in [
            (Peer::echo(), "OK"),
            (Peer::reject(Code::NotFound), "NOT_FOUND"),
        ] {
            let meters = Meters::new();
            let builder = GrpcMetrics::builder(&meters.provider).target("dns:///shop:443");
            let metrics = builder.build().unwrap();
            let peer = peer.after(Duration::from_millis(250));
            let (outcome, sent) = call(case, &metrics, peer).await;
            let points = meters.points();
            let found = points.iter();
            let found = found.map(|(key, point)| (key.clone(), &*point.unit, point.bounds.len()));
            assert_eq!(
                found.collect::<Vec<_>>(),
                expected(case, status),
                "{case:?}"
            );
            for (key, point) in &points {
                assert_eq!(point.count, 1, "{key}");
                let took = 0.25..1.0;
                assert!(
                    !key.contains("duration") || took.contains(&point.sum),
                    "{key}: {point:?}"
                );
            }
            if status == "OK" {
                sizes_are_right(case, &points, &sent, outcome.messages());
            }
        }
    }
}

fn sizes_are_right(case: Case, points: &Points, sent: &[WireMessage], got: &[WireMessage]) {
    let sum = |way: &str| {
        points
            .iter()
            .find(|(key, _)| key.contains(way))
            .unwrap()
            .1
            .sum
    };
    let (out, back) = match case.side() {
        Side::Client => ("sent_", "rcvd_"),
        Side::Server => ("rcvd_", "sent_"),
    };
    assert!((sum(out) - size(sent)).abs() < 0.1, "{case:?}");
    assert!((sum(back) - size(got)).abs() < 0.1, "{case:?}");
}

/// Row 19 of the pitfalls: a call that is dropped is measured, once, as CANCELLED; row 18: to its end.
#[tokio::test(start_paused = true)]
async fn a_dropped_call_is_measured_once() {
    for case in Case::all() {
        let meters = Meters::new();
        let metrics = GrpcMetrics::builder(&meters.provider).build().unwrap();
        let moment = Moment::Elapsed(Duration::from_secs(5));
        if case.side() == Side::Client {
            Harness::new(case, on_client(&metrics))
                .peer(Peer::hang())
                .cancel_at(moment)
                .call()
                .await;
        } else {
            Harness::new(case, metrics.calls())
                .peer(Peer::hang())
                .cancel_at(moment)
                .call()
                .await;
        }
        let points = meters.points();
        let durations: Vec<_> = points
            .iter()
            .filter(|(key, _)| key.contains("call.duration"))
            .collect();
        let [(key, point)] = durations[..] else {
            panic!("{points:?}")
        };
        assert!(key.contains("grpc.status=CANCELLED"), "{key}");
        assert!(
            point.count == 1 && (5.0..6.0).contains(&point.sum),
            "{point:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn retries_are_counted_above_and_attempts_below() {
    for case in Case::on(Side::Client) {
        let meters = Meters::new();
        let metrics = GrpcMetrics::builder(&meters.provider)
            .target("t")
            .retries()
            .build()
            .unwrap();
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(1), 1.0).unwrap();
        let policy = RetryPolicy::new(4, backoff, [Code::Unavailable]).unwrap();
        let retry = Retry::new().policy(case.path(), policy).unwrap();
        let chain = (metrics.calls(), retry, metrics.attempts());
        let peer = Peer::fail_times(2, Code::Unavailable);
        let outcome = Harness::new(case, chain).peer(peer).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{case:?}");
        let points = meters.points();
        let method = format!("grpc.method={}", method(case));
        let at =
            |name: &str, rest: &str| points.get(&format!("{name} {method}{rest} grpc.target=t"));
        assert_eq!(at("grpc.client.attempt.started", "").unwrap().count, 3);
        assert_eq!(
            at("grpc.client.attempt.duration", " grpc.status=UNAVAILABLE")
                .unwrap()
                .count,
            2
        );
        assert_eq!(
            at("grpc.client.attempt.duration", " grpc.status=OK")
                .unwrap()
                .count,
            1
        );
        assert_eq!(
            at("grpc.client.call.duration", " grpc.status=OK")
                .unwrap()
                .count,
            1
        );
        let retries = at("grpc.client.call.retries", "").unwrap();
        assert_eq!(
            (retries.count, &*retries.bounds),
            (1, &[1.0, 2.0, 3.0, 4.0, 5.0][..])
        );
        assert!((retries.sum - 2.0).abs() < 0.1);
        let delay = at("grpc.client.call.retry_delay", "").unwrap();
        assert!(delay.count == 1 && delay.sum > 1.0, "{delay:?}");
        assert_eq!(at("grpc.client.call.hedges", ""), None); // no zeros
        assert_eq!(at("grpc.client.call.transparent_retries", ""), None);
    }
}

#[tokio::test(start_paused = true)]
async fn methods_that_a_peer_makes_up_are_one() {
    let meters = Meters::new();
    let metrics = GrpcMetrics::builder(&meters.provider)
        .keep_unknown_methods(|name| name.starts_with("mine."))
        .build()
        .unwrap();
    let case = Case::on(Side::Server).next().unwrap();
    for path in ["/a.B/C", "/d.E/F", "/mine.G/H"] {
        let harness = Harness::new(case, metrics.calls())
            .path(path)
            .unknown(Unknown::Pass);
        harness.call().await;
    }
    let points = meters.points();
    assert_eq!(
        points["grpc.server.call.started grpc.method=other"].count,
        2
    );
    assert_eq!(
        points["grpc.server.call.started grpc.method=mine.G/H"].count,
        1
    );
}

#[test]
fn instruments_can_be_switched_and_misplaced_attempts_are_errors() {
    let provider = SdkMeterProvider::default();
    let builder = || GrpcMetrics::builder(&provider);
    assert!(builder().enable("grpc.client.call.retry").build().is_err());
    let metrics = builder()
        .disable("grpc.server.call.started")
        .build()
        .unwrap();
    // Boxed, or the compiler says it.
    let attempts = BoxInterceptor::new(metrics.attempts());
    let error = ServerLayer::new(attempts, &Case::methods()).unwrap_err();
    assert!(error.to_string().contains("attempts"), "{error}");
}
