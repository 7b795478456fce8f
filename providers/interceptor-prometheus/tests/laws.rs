//! The laws that hold for any interceptor, on metrics that other registries count.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use interceptor_kit::metrics::Metrics;
use interceptor_prometheus::FacadeRecorder;
use interceptor_test::laws::Laws;
use metrics::NoopRecorder;

#[test]
fn of_metrics_of_the_facade() {
    let facade = FacadeRecorder::new(NoopRecorder);
    let metrics = Metrics::builder().recorder(facade).build().unwrap();
    Laws::of(metrics).passes_through().check();
}
