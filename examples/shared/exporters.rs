//! What stands in for a collector: exporters that print what they are given, when all is over.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use opentelemetry::{KeyValue, trace::SpanId};
use opentelemetry_sdk::{
    error::OTelSdkResult,
    metrics::{
        Temporality,
        data::{AggregatedMetrics, MetricData, ResourceMetrics},
        exporter::PushMetricExporter,
    },
    trace::{SpanData, SpanExporter},
};

/// Prints spans, each under the one that is its parent.
#[derive(Debug, Default)]
pub(crate) struct Tree(Mutex<Vec<SpanData>>);

/// Prints the points of metrics: how often something was, and not how long or how large.
#[derive(Debug)]
pub(crate) struct Lines;

impl SpanExporter for Tree {
    async fn export(&self, spans: Vec<SpanData>) -> OTelSdkResult {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.extend(spans);
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.sort_by_key(|span| span.start_time);
        println!("\nspans");
        print_children(&all, SpanId::INVALID, 1);
        Ok(())
    }
}

fn print_children(all: &[SpanData], parent: SpanId, depth: usize) {
    for span in all.iter().filter(|span| span.parent_span_id == parent) {
        let code = (span.attributes.iter())
            .find(|attribute| attribute.key.as_str() == "rpc.response.status_code");
        println!(
            "{:indent$}{:?} {} {}, messages: {}",
            "",
            span.span_kind,
            span.name,
            code.map(|code| code.value.to_string()).unwrap_or_default(),
            span.events.len(),
            indent = 2 * depth,
        );
        print_children(all, span.span_context.span_id(), depth + 1);
    }
}

impl PushMetricExporter for Lines {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        println!("\nmetrics");
        for scope in metrics.scope_metrics() {
            for metric in scope.metrics() {
                for line in points(metric.data()) {
                    println!("  {} {line}", metric.name());
                }
            }
        }
        Ok(())
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

fn points(data: &AggregatedMetrics) -> Vec<String> {
    let mut lines: Vec<_> = match data {
        AggregatedMetrics::U64(MetricData::Sum(sum)) => (sum.data_points())
            .map(|point| line(point.value(), point.attributes()))
            .collect(),
        AggregatedMetrics::U64(MetricData::Histogram(sizes)) => (sizes.data_points())
            .map(|point| line(point.count(), point.attributes()))
            .collect(),
        AggregatedMetrics::F64(MetricData::Histogram(seconds)) => (seconds.data_points())
            .map(|point| line(point.count(), point.attributes()))
            .collect(),
        _ => Vec::new(), // there are no others
    };
    lines.sort();
    lines
}

fn line<'a>(count: u64, attributes: impl Iterator<Item = &'a KeyValue>) -> String {
    let values = attributes.map(|attribute| attribute.value.to_string());
    let mut values: Vec<_> = values.collect();
    values.sort();
    format!("{}: {count}", values.join(" "))
}
