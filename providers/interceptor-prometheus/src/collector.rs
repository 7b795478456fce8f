//! Into a registry of the crate `prometheus`.

use std::collections::HashMap;

use interceptor_core::Side;
use interceptor_kit::metrics::{
    Family, FamilyKind, FamilySnapshot, Metrics, Registry, SeriesSnapshot, ValueSnapshot,
};
use prometheus::{
    core::{Collector, Desc},
    proto::{Bucket, Counter, Gauge, Histogram, LabelPair, Metric, MetricFamily, MetricType},
};

/// Shows the registry of some [`Metrics`] to a registry of the crate `prometheus`. That crate has no exemplars.
///
/// ```
/// use interceptor_kit::metrics::Metrics;
/// use interceptor_prometheus::PrometheusCollector;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let registry = prometheus::Registry::new(); // the program's own
/// let metrics = Metrics::new();
/// registry.register(Box::new(PrometheusCollector::new(&metrics)?))?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct PrometheusCollector {
    registry: Registry,
    descriptions: Vec<Desc>,
}

// === impl PrometheusCollector ===

impl PrometheusCollector {
    /// Of what these metrics count, on both sides.
    ///
    /// # Errors
    ///
    /// If the crate does not take a name or a label.
    pub fn new(metrics: &Metrics) -> prometheus::Result<Self> {
        let sides = [Side::Client, Side::Server];
        let families = sides.into_iter().flat_map(|side| metrics.families(side));
        Ok(Self {
            registry: metrics.registry(),
            descriptions: families
                .map(|family| describe(family))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn describe(family: &Family) -> prometheus::Result<Desc> {
    Desc::new(
        family.name().to_owned(),
        family.help().to_owned(),
        family.labels().map(str::to_owned).collect(),
        HashMap::new(),
    )
}

impl Collector for PrometheusCollector {
    fn desc(&self) -> Vec<&Desc> {
        self.descriptions.iter().collect()
    }

    /// Families without series are left out: the crate's encoder refuses them.
    fn collect(&self) -> Vec<MetricFamily> {
        let families = self.registry.snapshot();
        let with_series = families.iter().filter(|family| !family.series().is_empty());
        with_series.map(of_family).collect()
    }
}

fn of_family(snapshot: &FamilySnapshot) -> MetricFamily {
    let from = snapshot.family();
    let mut family = MetricFamily::default();
    family.set_name(from.name().to_owned());
    family.set_help(from.help().to_owned());
    family.set_field_type(match from.kind() {
        FamilyKind::Counter => MetricType::COUNTER,
        FamilyKind::Gauge => MetricType::GAUGE,
        FamilyKind::Histogram => MetricType::HISTOGRAM,
    });
    let series = snapshot.series().iter();
    family.set_metric(series.map(|series| of_series(from, series)).collect());
    family
}

fn of_series(family: &Family, series: &SeriesSnapshot) -> Metric {
    let labels = family.labels().zip(series.labels());
    let mut labels: Vec<_> = labels.map(|(name, value)| label(name, value)).collect();
    labels.sort_by(|one, other| one.name().cmp(other.name()));
    let mut metric = Metric::from_label(labels);
    match series.value() {
        ValueSnapshot::Counter { value, .. } => {
            let mut counter = Counter::default();
            counter.set_value(as_float(*value));
            metric.set_counter(counter);
        }
        ValueSnapshot::Gauge { value } => {
            let mut gauge = Gauge::default();
            #[expect(clippy::cast_precision_loss, reason = "a registry of floats")]
            gauge.set_value(*value as f64);
            metric.set_gauge(gauge);
        }
        ValueSnapshot::Histogram { buckets, sum } => {
            let mut histogram = Histogram::default();
            histogram.set_sample_sum(*sum);
            histogram.set_sample_count(buckets.last().map_or(0, |last| last.count));
            let buckets = buckets.iter().filter(|bucket| bucket.le.is_finite());
            let buckets = buckets.map(|from| {
                let mut bucket = Bucket::default();
                bucket.set_upper_bound(from.le);
                bucket.set_cumulative_count(from.count);
                bucket
            });
            histogram.set_bucket(buckets.collect());
            metric.set_histogram(histogram);
        }
    }
    metric
}

fn label(name: &str, value: &str) -> LabelPair {
    let mut label = LabelPair::default();
    label.set_name(name.to_owned());
    label.set_value(value.to_owned());
    label
}

#[expect(clippy::cast_precision_loss, reason = "a registry of floats")]
fn as_float(count: u64) -> f64 {
    count as f64
}

const _: () = {
    const fn assert_shared<T: std::fmt::Debug + Send + Sync + 'static>() {}
    assert_shared::<PrometheusCollector>();
};
