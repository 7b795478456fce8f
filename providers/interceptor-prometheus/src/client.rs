//! Into a registry of the crate `prometheus-client`.

use std::fmt;

use interceptor_kit::metrics::{
    BucketSnapshot, FamilyKind, FamilySnapshot, Metrics, Registry, SeriesSnapshot, ValueSnapshot,
};
use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet},
    metrics::MetricType,
};

/// Shows the registry of some [`Metrics`] to a registry of the crate `prometheus-client`.
///
/// Without exemplars, which that crate lets nobody else make.
///
/// ```
/// use interceptor_kit::metrics::Metrics;
/// use interceptor_prometheus::PrometheusClientCollector;
///
/// let mut registry = prometheus_client::registry::Registry::default(); // the program's own
/// let metrics = Metrics::new();
/// registry.register_collector(Box::new(PrometheusClientCollector::new(&metrics)));
/// ```
#[derive(Debug)]
pub struct PrometheusClientCollector(Registry);

// === impl PrometheusClientCollector ===

impl PrometheusClientCollector {
    /// Of what these metrics count, on both sides.
    #[must_use]
    pub fn new(metrics: &Metrics) -> Self {
        Self(metrics.registry())
    }
}

impl Collector for PrometheusClientCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let families = self.0.snapshot();
        families
            .iter()
            .try_for_each(|family| encode(family, &mut encoder))
    }
}

fn encode(snapshot: &FamilySnapshot, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let family = snapshot.family();
    let (name, kind) = match family.kind() {
        FamilyKind::Counter => (
            family.name().trim_end_matches("_total"),
            MetricType::Counter,
        ),
        FamilyKind::Gauge => (family.name(), MetricType::Gauge),
        FamilyKind::Histogram => (family.name(), MetricType::Histogram),
    };
    // To texts that are registered the crate adds a full stop; not to those of a collector.
    let mut metric = encoder.encode_descriptor(name, family.help(), None, kind)?;
    for series in snapshot.series() {
        let labels: Vec<(&str, &str)> = family.labels().zip(series.labels()).collect();
        encode_value(series, metric.encode_family(&labels)?)?;
    }
    Ok(())
}

fn encode_value(series: &SeriesSnapshot, mut encoder: MetricEncoder<'_>) -> fmt::Result {
    match series.value() {
        ValueSnapshot::Counter { value, .. } => {
            encoder.encode_counter::<NoLabelSet, _, f64>(value, None)
        }
        ValueSnapshot::Gauge { value } => encoder.encode_gauge(value),
        ValueSnapshot::Histogram { buckets, sum } => {
            let count = buckets.last().map_or(0, |last| last.count);
            encoder.encode_histogram::<NoLabelSet>(*sum, count, &apart(buckets), None)
        }
    }
}

/// The crate adds the counts up itself.
fn apart(buckets: &[BucketSnapshot]) -> Vec<(f64, u64)> {
    let below = [0]
        .into_iter()
        .chain(buckets.iter().map(|bucket| bucket.count));
    let apart = buckets.iter().zip(below);
    apart
        .map(|(bucket, below)| (bucket.le, bucket.count - below))
        .collect()
}

const _: () = {
    const fn assert_shared<T: std::fmt::Debug + Send + Sync + 'static>() {}
    assert_shared::<PrometheusClientCollector>();
};
