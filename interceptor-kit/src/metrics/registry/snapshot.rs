use std::{sync::Arc, time::SystemTime};

use crate::metrics::{Family, TraceId};

/// A family with its series, as they were at one time.
#[derive(Clone, Debug)]
pub struct FamilySnapshot {
    pub(super) family: Arc<Family>,
    pub(super) series: Vec<SeriesSnapshot>,
}

/// One series of a family.
#[derive(Clone, Debug)]
pub struct SeriesSnapshot {
    pub(super) labels: Box<[String]>,
    pub(super) value: ValueSnapshot,
}

/// What a series has counted.
#[derive(Clone, Debug, PartialEq)]
pub enum ValueSnapshot {
    /// Of a counter.
    Counter {
        /// How many.
        value: u64,
        /// One of those that were counted.
        exemplar: Option<ExemplarSnapshot>,
    },
    /// Of a gauge.
    Gauge {
        /// How many there are.
        value: i64,
    },
    /// Of a histogram.
    Histogram {
        /// With ascending bounds; the last one's is infinite, so that its count is that of all.
        buckets: Vec<BucketSnapshot>,
        /// The sum of all durations, in seconds.
        sum: f64,
    },
}

/// One bucket of a histogram.
#[derive(Clone, Debug, PartialEq)]
pub struct BucketSnapshot {
    /// Its upper bound, in seconds.
    pub le: f64,
    /// How many durations are up to the bound: those of the buckets below it are among them.
    pub count: u64,
    /// One of those in this bucket.
    pub exemplar: Option<ExemplarSnapshot>,
}

/// One of the calls that were counted: an example that can be looked up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExemplarSnapshot {
    /// Its trace.
    pub trace_id: TraceId,
    /// What it added: 1 to a counter, seconds to a histogram.
    pub value: f64,
    /// When.
    pub at: SystemTime,
}

// === impl FamilySnapshot ===

impl FamilySnapshot {
    /// Its name and labels.
    #[must_use]
    pub fn family(&self) -> &Family {
        &self.family
    }

    /// Its series, sorted by the values of their labels.
    #[must_use]
    pub fn series(&self) -> &[SeriesSnapshot] {
        &self.series
    }
}

// === impl SeriesSnapshot ===

impl SeriesSnapshot {
    /// The values of the labels, in the order of [`Family::labels`].
    pub fn labels(&self) -> impl ExactSizeIterator<Item = &str> {
        self.labels.iter().map(String::as_str)
    }

    /// What it has counted.
    #[must_use]
    pub fn value(&self) -> &ValueSnapshot {
        &self.value
    }
}
