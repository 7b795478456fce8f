//! What counts, times or traces calls, around the same call and the same stream.

use std::{future::ready, time::Duration};

use interceptor_otel::{
    metrics::{CallMetrics, GrpcMetrics},
    trace::Spans,
};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::{
    error::OTelSdkResult,
    metrics::{
        PeriodicReader, SdkMeterProvider, Temporality, data::ResourceMetrics,
        exporter::PushMetricExporter,
    },
    trace::SdkTracerProvider,
};
use testproto::echo::echo_server::EchoServer;
use tonic_tracing_opentelemetry::middleware::server::OtelGrpcLayer;
use tower_http::trace::TraceLayer;
use tower_layer::Layer as _;
use tracing_subscriber::{filter::LevelFilter, prelude::*};

use super::{
    layer::BARE,
    messages::{REPLIES, REQUESTS},
    metrics::{ON_SERVER, PYTHON, REPLY_SERVER, REQUEST_SERVER},
    stack::{generated, server},
};
use crate::{
    Echo, Family, Row, Scenario,
    drive::{Callable, replies, requests, unary},
};

const TRACE: Scenario = Scenario::new("seeing/trace-layer", |calls| {
    with_spans(|| unary(traced(), calls));
});
const TRACE_UNHEARD: Scenario = Scenario::new("seeing/trace-layer-unheard", |calls| {
    unary(traced(), calls);
});
const TRACE_REPLY: Scenario = Scenario::new("seeing/trace-layer-reply", |messages| {
    with_spans(|| replies(traced(), messages));
});

const OTEL_METRICS: Scenario = Scenario::new("seeing/otel-metrics", |calls| {
    with_meters(|metrics| unary(server(metrics, generated()), calls));
});
const OTEL_METRICS_REPLY: Scenario = Scenario::new("seeing/otel-metrics-reply", |messages| {
    with_meters(|metrics| replies(server(metrics, generated()), messages));
});
const OTEL_METRICS_REQUEST: Scenario = Scenario::new("seeing/otel-metrics-request", |messages| {
    with_meters(|metrics| requests(server(metrics, generated()), messages));
});
const OTEL_SPANS: Scenario = Scenario::new("seeing/otel-spans", |calls| {
    with_tracer(|| unary(server(Spans::new(), generated()), calls));
});
const OTEL_SPANS_REPLY: Scenario = Scenario::new("seeing/otel-spans-reply", |messages| {
    with_tracer(|| replies(server(Spans::new(), generated()), messages));
});
const OTEL_SPANS_REQUEST: Scenario = Scenario::new("seeing/otel-spans-request", |messages| {
    with_tracer(|| requests(server(Spans::new(), generated()), messages));
});
const PEER_SPANS: Scenario = Scenario::new("seeing/tracing-opentelemetry", |calls| {
    with_tracer(|| unary(spanned(), calls));
});
const PEER_SPANS_REPLY: Scenario =
    Scenario::new("seeing/tracing-opentelemetry-reply", |messages| {
        with_tracer(|| replies(spanned(), messages));
    });

fn traced() -> impl Callable {
    let service: EchoServer<Echo> = generated();
    TraceLayer::new_for_grpc().layer(service)
}

/// A subscriber that keeps spans, as an exporter would, and writes nothing.
fn with_spans(work: impl FnOnce()) {
    tracing::subscriber::with_default(tracing_subscriber::registry(), work);
}

fn spanned() -> impl Callable {
    let service: EchoServer<Echo> = generated();
    OtelGrpcLayer::default().layer(service)
}

/// A subscriber whose spans are OpenTelemetry's, all of them sampled; nobody exports them.
fn with_tracer(work: impl FnOnce()) {
    let provider = SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"));
    let subscriber = tracing_subscriber::registry()
        .with(LevelFilter::INFO)
        .with(layer);
    tracing::subscriber::with_default(subscriber, work);
}

/// Instruments that are read, but not while the work is done.
fn with_meters(work: impl FnOnce(CallMetrics)) {
    let reader = PeriodicReader::builder(Nowhere).with_interval(Duration::from_secs(3600));
    let provider = SdkMeterProvider::builder()
        .with_reader(reader.build())
        .build();
    let metrics = GrpcMetrics::builder(&provider).build();
    work(metrics.expect("the defaults are right").calls());
}

/// Exports nothing.
struct Nowhere;

impl PushMetricExporter for Nowhere {
    fn export(&self, _: &ResourceMetrics) -> impl Future<Output = OTelSdkResult> + Send {
        ready(Ok(()))
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

pub(super) const FAMILY: Family = Family {
    title: "Seeing calls, beside peers",
    about: "Over tonic alone, on the server. What each does is in brackets; spans are kept by tracing-subscriber's registry, OpenTelemetry's by its SDK, and exported nowhere. tonic_prometheus_layer is not here: its last version, 0.3.0, is for tonic 0.13.",
    rows: &[
        over_bare(
            "seeing/ours",
            "`metrics` (ends, durations, messages, the calls under way)",
            ON_SERVER,
        ),
        over_bare(
            "seeing/ours-python",
            "`metrics`, dialect `python` (the same without unary messages)",
            PYTHON,
        ),
        over_bare(
            "seeing/trace",
            "tower-http's `TraceLayer::new_for_grpc` (a span, events, the end by trailers)",
            TRACE,
        ),
        over_bare(
            "seeing/trace-unheard",
            "the same, with nobody to hear it",
            TRACE_UNHEARD,
        ),
        over_bare(
            "seeing/otel-metrics",
            "interceptor-otel's `GrpcMetrics` (ends, durations, sizes of messages)",
            OTEL_METRICS,
        ),
        over_bare(
            "seeing/otel-spans",
            "interceptor-otel's `Spans` (a span to the end, an event for each message, the parent from the headers)",
            OTEL_SPANS,
        ),
        over_bare(
            "seeing/peer-spans",
            "tonic-tracing-opentelemetry's `OtelGrpcLayer` (a span to the headers, the parent from the headers)",
            PEER_SPANS,
        ),
        reply(
            "seeing/ours-reply",
            "`metrics`, a streamed reply",
            REPLY_SERVER,
        ),
        request(
            "seeing/ours-request",
            "`metrics`, a streamed request",
            REQUEST_SERVER,
        ),
        reply(
            "seeing/otel-metrics-reply",
            "interceptor-otel's `GrpcMetrics`, a streamed reply",
            OTEL_METRICS_REPLY,
        ),
        request(
            "seeing/otel-metrics-request",
            "interceptor-otel's `GrpcMetrics`, a streamed request",
            OTEL_METRICS_REQUEST,
        ),
        reply(
            "seeing/otel-spans-reply",
            "interceptor-otel's `Spans`, a streamed reply",
            OTEL_SPANS_REPLY,
        ),
        request(
            "seeing/otel-spans-request",
            "interceptor-otel's `Spans`, a streamed request",
            OTEL_SPANS_REQUEST,
        ),
        reply(
            "seeing/peer-spans-reply",
            "tonic-tracing-opentelemetry's `OtelGrpcLayer`, a streamed reply (it does not see it)",
            PEER_SPANS_REPLY,
        ),
        reply(
            "seeing/trace-reply",
            "tower-http's `TraceLayer::new_for_grpc`, a streamed reply",
            TRACE_REPLY,
        ),
    ],
};

const fn over_bare(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of).over(BARE)
}

const fn reply(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of).over(REPLIES)
}

const fn request(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of).over(REQUESTS)
}
