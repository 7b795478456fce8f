use std::{sync::Arc, time::Duration};

use interceptor_core::ConfigError;

use super::{Family, TraceId};

/// Where the numbers go: [`Registry`](super::Registry), or another library's.
///
/// It is asked for a series once, when that is first counted, and the handle is kept: `&self` of the handles is what a call
/// runs. A handle that formats, locks or allocates does it for each call.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not record metrics",
    label = "this needs a `Recorder`",
    note = "use `metrics::Registry`, or a recorder of `interceptor-prometheus`"
)]
pub trait Recorder: Send + Sync + 'static {
    /// The handle of a series of a counter.
    type Counter: Counter;
    /// The handle of a series of a gauge.
    type Gauge: Gauge;
    /// The handle of a series of a histogram.
    type Histogram: Histogram;

    /// A family will have series. Said once for each layer, before its first call.
    ///
    /// # Errors
    ///
    /// If there is a family of that name that differs.
    fn describe(&self, family: &Arc<Family>) -> Result<(), ConfigError>;

    /// The series with these values of [`Family::labels`]. Of two calls with the same values both handles count as one.
    fn counter(&self, family: &Arc<Family>, values: &[&str]) -> Self::Counter;

    /// As [`counter`](Self::counter).
    fn gauge(&self, family: &Arc<Family>, values: &[&str]) -> Self::Gauge;

    /// As [`counter`](Self::counter).
    fn histogram(&self, family: &Arc<Family>, values: &[&str]) -> Self::Histogram;
}

/// One series of a counter.
pub trait Counter: Clone + Send + Sync + 'static {
    /// Counts one more.
    fn increment(&self);

    /// Counts one more, and says which trace it belongs to. Default: it belongs to none.
    fn increment_in(&self, trace: TraceId) {
        let _ = trace;
        self.increment();
    }
}

/// One series of a gauge.
pub trait Gauge: Clone + Send + Sync + 'static {
    /// One more.
    fn increment(&self);

    /// One less.
    fn decrement(&self);
}

/// One series of a histogram.
pub trait Histogram: Clone + Send + Sync + 'static {
    /// Something took that long.
    fn observe(&self, took: Duration);

    /// Something took that long, and belongs to a trace. Default: it belongs to none.
    fn observe_in(&self, took: Duration, trace: TraceId) {
        let _ = trace;
        self.observe(took);
    }
}
