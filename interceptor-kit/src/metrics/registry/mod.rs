//! The registry of the kit: series of atomics, and what is written of them.

mod snapshot;
mod text;
mod value;

pub use snapshot::{
    BucketSnapshot, ExemplarSnapshot, FamilySnapshot, SeriesSnapshot, ValueSnapshot,
};
pub use text::Format;
pub use value::{AtomicCounter, AtomicGauge, AtomicHistogram};

use std::{
    cmp::Ordering,
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use interceptor_core::ConfigError;

use super::{Family, FamilyKind, Recorder};

/// Keeps the numbers, and writes them as Prometheus reads them. Clones are the same registry.
///
/// Counting is an atomic addition. A lock is taken when a series is made, and when all are read.
///
/// ```
/// use interceptor_kit::metrics::{Format, Metrics, Registry};
///
/// let registry = Registry::new();
/// let metrics = Metrics::builder().recorder(registry.clone()).build()?;
/// // … a layer with `metrics` in its chain …
/// println!("{}", registry.render(Format::Text));
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Clone, Default)]
pub struct Registry(Arc<Mutex<Families>>);

/// By name, so that the text is the same on every run.
type Families = BTreeMap<&'static str, Entry>;

struct Entry {
    family: Arc<Family>,
    series: BTreeMap<Box<[String]>, Slot>,
}

enum Slot {
    Counter(AtomicCounter),
    Gauge(AtomicGauge),
    Histogram(AtomicHistogram),
}

// === impl Registry ===

impl Registry {
    /// One without series.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All that is there, as text.
    #[must_use]
    pub fn render(&self, format: Format) -> String {
        text::write(&self.snapshot(), format)
    }

    /// All that is there, sorted by name and then by labels.
    #[must_use]
    pub fn snapshot(&self) -> Vec<FamilySnapshot> {
        let families = self.lock();
        families.values().map(Entry::snapshot).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Families> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the series, or takes it if it is there.
    fn slot<T>(
        &self,
        family: &Arc<Family>,
        values: &[&str],
        take: impl FnOnce(&Slot) -> Option<T>,
    ) -> Option<T> {
        let mut families = self.lock();
        let entry = entry(&mut families, family);
        let values = values.iter().map(|&value| value.to_owned()).collect();
        let series = entry.series.entry(values);
        take(series.or_insert_with(|| Slot::new(family)))
    }
}

fn entry<'a>(families: &'a mut Families, family: &Arc<Family>) -> &'a mut Entry {
    families.entry(family.name).or_insert_with(|| Entry {
        family: Arc::clone(family),
        series: BTreeMap::new(),
    })
}

impl Recorder for Registry {
    type Counter = AtomicCounter;
    type Gauge = AtomicGauge;
    type Histogram = AtomicHistogram;

    fn describe(&self, family: &Arc<Family>) -> Result<(), ConfigError> {
        let mut families = self.lock();
        let entry = entry(&mut families, family);
        if entry.family == *family {
            return Ok(());
        }
        let name = family.name();
        Err(ConfigError::new(format!(
            "the registry has `{name}` with other labels, buckets or another dialect; give these metrics a registry of their own"
        )))
    }

    fn counter(&self, family: &Arc<Family>, values: &[&str]) -> AtomicCounter {
        let take = |slot: &Slot| match slot {
            Slot::Counter(counter) => Some(counter.clone()),
            _ => None,
        };
        self.slot(family, values, take).unwrap_or_default()
    }

    fn gauge(&self, family: &Arc<Family>, values: &[&str]) -> AtomicGauge {
        let take = |slot: &Slot| match slot {
            Slot::Gauge(gauge) => Some(gauge.clone()),
            _ => None,
        };
        self.slot(family, values, take).unwrap_or_default()
    }

    fn histogram(&self, family: &Arc<Family>, values: &[&str]) -> AtomicHistogram {
        let take = |slot: &Slot| match slot {
            Slot::Histogram(histogram) => Some(histogram.clone()),
            _ => None,
        };
        self.slot(family, values, take)
            .unwrap_or_else(|| AtomicHistogram::new(family.buckets()))
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let families = self.lock();
        let names = families
            .values()
            .map(|entry| (entry.family.name(), entry.series.len()));
        f.debug_map().entries(names).finish()
    }
}

// === impl Entry ===

impl Entry {
    fn snapshot(&self) -> FamilySnapshot {
        let mut series: Vec<_> = self.series.iter().collect();
        let order = self.family.sorted_labels();
        // In the order of the labels' names, as the libraries for Go have it.
        series.sort_by(|(one, _), (other, _)| {
            let values = order.iter().map(|(_, at)| one[*at].cmp(&other[*at]));
            values.fold(Ordering::Equal, Ordering::then)
        });
        let series = series.into_iter().map(|(values, slot)| SeriesSnapshot {
            labels: values.clone(),
            value: slot.snapshot(),
        });
        FamilySnapshot {
            family: Arc::clone(&self.family),
            series: series.collect(),
        }
    }
}

// === impl Slot ===

impl Slot {
    fn new(family: &Family) -> Self {
        match family.kind() {
            FamilyKind::Counter => Self::Counter(AtomicCounter::default()),
            FamilyKind::Gauge => Self::Gauge(AtomicGauge::default()),
            FamilyKind::Histogram => Self::Histogram(AtomicHistogram::new(family.buckets())),
        }
    }

    fn snapshot(&self) -> ValueSnapshot {
        match self {
            Self::Counter(counter) => counter.snapshot(),
            Self::Gauge(gauge) => gauge.snapshot(),
            Self::Histogram(histogram) => histogram.snapshot(),
        }
    }
}
