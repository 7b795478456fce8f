//! Into the recorder of the facade `metrics`.

use std::{fmt, sync::Arc, time::Duration};

use interceptor_core::ConfigError;
use interceptor_kit::metrics::{Counter, Family, FamilyKind, Gauge, Histogram, Recorder};
use metrics::{Key, KeyName, Label, Level, Metadata, SharedString, Unit};

/// Hands each number on to a recorder of the facade `metrics`.
///
/// The facade knows neither buckets nor exemplars: those are its recorder's business. A call costs what that recorder costs.
///
/// ```
/// use interceptor_kit::metrics::Metrics;
/// use interceptor_prometheus::FacadeRecorder;
///
/// // The recorder that `metrics::set_global_recorder` was given; it is asked for a series when that is first counted.
/// let metrics = Metrics::builder().recorder(FacadeRecorder::global()).build()?;
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct FacadeRecorder(Option<Arc<dyn metrics::Recorder + Send + Sync>>);

/// A series of the facade.
#[derive(Clone)]
pub struct FacadeCounter(metrics::Counter);

/// A series of the facade.
#[derive(Clone)]
pub struct FacadeGauge(metrics::Gauge);

/// A series of the facade.
#[derive(Clone)]
pub struct FacadeHistogram(metrics::Histogram);

const METADATA: Metadata<'static> =
    Metadata::new("grpc_interceptor", Level::INFO, Some(module_path!()));

// === impl FacadeRecorder ===

impl FacadeRecorder {
    /// Into the program's global recorder. Install it before the first call: a series that was made before goes nowhere.
    #[must_use]
    pub fn global() -> Self {
        Self(None)
    }

    /// Into this one.
    pub fn new(recorder: impl metrics::Recorder + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(recorder)))
    }

    fn with<T>(&self, ask: impl FnOnce(&dyn metrics::Recorder) -> T) -> T {
        match &self.0 {
            Some(recorder) => ask(&**recorder),
            None => metrics::with_recorder(|recorder| ask(recorder)),
        }
    }
}

impl Recorder for FacadeRecorder {
    type Counter = FacadeCounter;
    type Gauge = FacadeGauge;
    type Histogram = FacadeHistogram;

    fn describe(&self, family: &Arc<Family>) -> Result<(), ConfigError> {
        let name = KeyName::from(family.name().to_owned());
        let help = SharedString::from(family.help().to_owned());
        self.with(|recorder| match family.kind() {
            FamilyKind::Counter => recorder.describe_counter(name, Some(Unit::Count), help),
            FamilyKind::Gauge => recorder.describe_gauge(name, Some(Unit::Count), help),
            FamilyKind::Histogram => recorder.describe_histogram(name, Some(Unit::Seconds), help),
        });
        Ok(())
    }

    fn counter(&self, family: &Arc<Family>, values: &[&str]) -> FacadeCounter {
        let key = key(family, values);
        FacadeCounter(self.with(|recorder| recorder.register_counter(&key, &METADATA)))
    }

    fn gauge(&self, family: &Arc<Family>, values: &[&str]) -> FacadeGauge {
        let key = key(family, values);
        FacadeGauge(self.with(|recorder| recorder.register_gauge(&key, &METADATA)))
    }

    fn histogram(&self, family: &Arc<Family>, values: &[&str]) -> FacadeHistogram {
        let key = key(family, values);
        FacadeHistogram(self.with(|recorder| recorder.register_histogram(&key, &METADATA)))
    }
}

fn key(family: &Family, values: &[&str]) -> Key {
    let labels = family.labels().zip(values);
    let labels = labels.map(|(name, value)| Label::new(name.to_owned(), (*value).to_owned()));
    Key::from_parts(family.name().to_owned(), labels.collect::<Vec<_>>())
}

impl Counter for FacadeCounter {
    #[inline]
    fn increment(&self) {
        self.0.increment(1);
    }
}

impl Gauge for FacadeGauge {
    #[inline]
    fn increment(&self) {
        self.0.increment(1.0);
    }

    #[inline]
    fn decrement(&self) {
        self.0.decrement(1.0);
    }
}

impl Histogram for FacadeHistogram {
    #[inline]
    fn observe(&self, took: Duration) {
        self.0.record(took);
    }
}

macro_rules! debug {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )*};
}

debug!(FacadeRecorder FacadeCounter FacadeGauge FacadeHistogram);

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<FacadeRecorder>();
    assert_value::<FacadeCounter>();
    assert_value::<FacadeGauge>();
    assert_value::<FacadeHistogram>();
};
