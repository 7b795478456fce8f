//! The laws that hold for any interceptor, on those of this crate.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use interceptor_core::Side;
use interceptor_otel::{
    metrics::GrpcMetrics,
    trace::{AttemptSpans, Spans},
};
use interceptor_test::laws::Laws;
use opentelemetry_sdk::metrics::SdkMeterProvider;

#[test]
fn of_metrics() {
    let provider = SdkMeterProvider::builder().build();
    let metrics = GrpcMetrics::builder(&provider).retries().build().unwrap();
    Laws::of(metrics.calls()).on(Side::Server).check();
    Laws::of((metrics.calls(), metrics.attempts()))
        .on(Side::Client)
        .check();
}

#[test]
fn of_traces() {
    Laws::of(Spans::new()).check();
    Laws::of((Spans::new(), AttemptSpans::new()))
        .on(Side::Client)
        .check();
}
