//! Counters, gauges and histograms as atomics.

use std::{
    sync::{
        Arc,
        atomic::{
            AtomicI64, AtomicU64,
            Ordering::{Acquire, Relaxed, Release},
            fence,
        },
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use super::{BucketSnapshot, ExemplarSnapshot, ValueSnapshot};
use crate::metrics::{Counter, Gauge, Histogram, TraceId};

/// A series of a counter of a [`Registry`](super::Registry).
#[derive(Clone, Debug, Default)]
pub struct AtomicCounter(Arc<Count>);

/// A series of a gauge of a [`Registry`](super::Registry).
#[derive(Clone, Debug, Default)]
pub struct AtomicGauge(Arc<AtomicI64>);

/// A series of a histogram of a [`Registry`](super::Registry).
#[derive(Clone, Debug)]
pub struct AtomicHistogram(Arc<Buckets>);

#[derive(Debug, Default)]
struct Count {
    value: AtomicU64,
    exemplar: ExemplarCell,
}

#[derive(Debug)]
struct Buckets {
    /// One more than there are bounds.
    buckets: Box<[Bucket]>,
    /// The bits of a number of seconds.
    sum: AtomicU64,
}

#[derive(Debug)]
struct Bucket {
    le: f64,
    /// Of this bucket alone.
    count: AtomicU64,
    exemplar: ExemplarCell,
}

/// The last exemplar, written without a lock: who finds it being written leaves it alone, since one example is as good as
/// another.
#[derive(Debug, Default)]
struct ExemplarCell {
    /// Odd while it is written, 0 when it never was.
    version: AtomicU64,
    trace: [AtomicU64; 2],
    value: AtomicU64,
    nanos: AtomicU64,
}

// === impl AtomicCounter ===

impl AtomicCounter {
    pub(super) fn snapshot(&self) -> ValueSnapshot {
        ValueSnapshot::Counter {
            value: self.0.value.load(Relaxed),
            exemplar: self.0.exemplar.read(),
        }
    }
}

impl Counter for AtomicCounter {
    #[inline]
    fn increment(&self) {
        self.0.value.fetch_add(1, Relaxed);
    }

    fn increment_in(&self, trace: TraceId) {
        self.increment();
        self.0.exemplar.write(trace, 1.0);
    }
}

// === impl AtomicGauge ===

impl AtomicGauge {
    pub(super) fn snapshot(&self) -> ValueSnapshot {
        let value = self.0.load(Relaxed);
        ValueSnapshot::Gauge { value }
    }
}

impl Gauge for AtomicGauge {
    #[inline]
    fn increment(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    #[inline]
    fn decrement(&self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

// === impl AtomicHistogram ===

impl AtomicHistogram {
    /// With these upper bounds, and one bucket above them.
    pub(super) fn new(bounds: &[f64]) -> Self {
        let bounds = bounds.iter().copied().chain([f64::INFINITY]);
        Self(Arc::new(Buckets {
            buckets: bounds.map(Bucket::new).collect(),
            sum: AtomicU64::new(0),
        }))
    }

    #[inline]
    fn add(&self, seconds: f64) -> &Bucket {
        let Buckets { buckets, sum } = &*self.0;
        // Most calls are in the lowest buckets.
        let place = buckets.iter().position(|bucket| seconds <= bucket.le);
        let bucket = &buckets[place.unwrap_or(buckets.len() - 1)];
        bucket.count.fetch_add(1, Relaxed);
        let add = |bits| Some((f64::from_bits(bits) + seconds).to_bits());
        let _ = sum.fetch_update(Relaxed, Relaxed, add);
        bucket
    }

    pub(super) fn snapshot(&self) -> ValueSnapshot {
        let mut count = 0;
        let buckets = self.0.buckets.iter().map(|bucket| {
            count += bucket.count.load(Relaxed);
            BucketSnapshot {
                le: bucket.le,
                count,
                exemplar: bucket.exemplar.read(),
            }
        });
        ValueSnapshot::Histogram {
            buckets: buckets.collect(),
            sum: f64::from_bits(self.0.sum.load(Relaxed)),
        }
    }
}

impl Histogram for AtomicHistogram {
    #[inline]
    fn observe(&self, took: Duration) {
        self.add(took.as_secs_f64());
    }

    fn observe_in(&self, took: Duration, trace: TraceId) {
        let seconds = took.as_secs_f64();
        self.add(seconds).exemplar.write(trace, seconds);
    }
}

// === impl Bucket ===

impl Bucket {
    fn new(le: f64) -> Self {
        Self {
            le,
            count: AtomicU64::new(0),
            exemplar: ExemplarCell::default(),
        }
    }
}

// === impl ExemplarCell ===

impl ExemplarCell {
    fn write(&self, trace: TraceId, value: f64) {
        let version = self.version.load(Relaxed);
        let is_ours = version.is_multiple_of(2)
            && (self.version)
                .compare_exchange(version, version + 1, Acquire, Relaxed)
                .is_ok();
        if !is_ours {
            return;
        }
        fence(Release);
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let nanos = since.unwrap_or_default().as_nanos();
        let (high, low) = trace.halves();
        self.trace[0].store(high, Relaxed);
        self.trace[1].store(low, Relaxed);
        self.value.store(value.to_bits(), Relaxed);
        self.nanos
            .store(u64::try_from(nanos).unwrap_or(u64::MAX), Relaxed);
        self.version.store(version + 2, Release);
    }

    /// What was written last; none if it was written anew while it was read.
    fn read(&self) -> Option<ExemplarSnapshot> {
        let version = self.version.load(Acquire);
        let [high, low] = self.trace.each_ref().map(|half| half.load(Relaxed));
        let value = f64::from_bits(self.value.load(Relaxed));
        let nanos = self.nanos.load(Relaxed);
        fence(Acquire);
        let is_whole =
            version != 0 && version.is_multiple_of(2) && self.version.load(Relaxed) == version;
        is_whole.then(|| ExemplarSnapshot {
            trace_id: TraceId::from_halves(high, low),
            value,
            at: UNIX_EPOCH + Duration::from_nanos(nanos),
        })
    }
}
