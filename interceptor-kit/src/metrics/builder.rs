use std::{borrow::Cow, sync::Arc};

use interceptor_core::{ConfigError, Observe, Side, Start};

use super::{
    Dialect, Metrics, Recorder, Registry, TraceId,
    counting::{Counting, Methodical, Trace},
    definition::{Choice, Definition},
    extra::{Extra, Source},
};

/// Makes [`Metrics`]. Each setter says its default.
#[must_use = "a builder does nothing until `build` is called"]
pub struct MetricsBuilder<R> {
    recorder: R,
    choice: Choice,
    labels: Vec<(Cow<'static, str>, Given)>,
    max_label_values: usize,
    initialize: bool,
    trace: Option<Trace>,
}

/// A source that may not be one.
type Given = Result<Source, ConfigError>;

/// What `max_label_values` can be at most.
const MOST_VALUES: usize = 10_000;

// === impl MetricsBuilder ===

impl MetricsBuilder<Registry> {
    pub(super) fn new() -> Self {
        Self {
            recorder: Registry::new(),
            choice: Choice {
                dialect: Dialect::default(),
                buckets: None,
                handling_seconds: true,
                message_seconds: false,
                in_flight: true,
            },
            labels: Vec::new(),
            max_label_values: 100,
            initialize: false,
            trace: None,
        }
    }
}

impl<R> MetricsBuilder<R> {
    /// Where the numbers go. Default: a [`Registry`] of their own.
    pub fn recorder<R2: Recorder>(self, recorder: R2) -> MetricsBuilder<R2> {
        MetricsBuilder {
            recorder,
            choice: self.choice,
            labels: self.labels,
            max_label_values: self.max_label_values,
            initialize: self.initialize,
            trace: self.trace,
        }
    }

    /// Whose names and values they have. Default: [`Dialect::Go`].
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.choice.dialect = dialect;
        self
    }

    /// The upper bounds of the buckets of all histograms, in seconds, without `+Inf`. Default: [`Dialect::buckets`].
    pub fn buckets(mut self, bounds: impl Into<Vec<f64>>) -> Self {
        self.choice.buckets = Some(bounds.into());
        self
    }

    /// Whether there is a histogram of how long calls take. Default: yes.
    pub fn handling_seconds(mut self, wanted: bool) -> Self {
        self.choice.handling_seconds = wanted;
        self
    }

    /// Whether there are histograms of the time between messages, on the client. Default: no, for they ask for the time at
    /// each message.
    pub fn message_seconds(mut self, wanted: bool) -> Self {
        self.choice.message_seconds = wanted;
        self
    }

    /// Whether there is a gauge of the calls under way. Default: yes.
    pub fn in_flight(mut self, wanted: bool) -> Self {
        self.choice.in_flight = wanted;
        self
    }

    /// A label more on all metrics, with the request's metadata of that name as its value; empty without such metadata.
    /// Default: none. There can be eight.
    ///
    /// How many values it can have is bounded: [`max_label_values`](Self::max_label_values).
    pub fn label_from_metadata(
        mut self,
        label: impl Into<Cow<'static, str>>,
        metadata: &str,
    ) -> Self {
        let source = metadata.parse().map(Source::Metadata);
        let source = source.map_err(|_| {
            let text = format!("`{metadata}` is not the name of metadata with a text");
            ConfigError::new(text)
        });
        self.labels.push((label.into(), source));
        self
    }

    /// A label more on all metrics, with what `value` makes of an extension of the request; empty without such an extension.
    /// Default: none. There can be eight.
    ///
    /// ```
    /// # use interceptor_kit::metrics::Metrics;
    /// struct Tenant(String);
    ///
    /// let metrics = Metrics::builder()
    ///     .label_from_extension("tenant", |tenant: &Tenant| &tenant.0)
    ///     .build()?;
    /// # Ok::<(), interceptor_core::ConfigError>(())
    /// ```
    pub fn label_from_extension<T: Send + Sync + 'static>(
        mut self,
        label: impl Into<Cow<'static, str>>,
        value: impl Fn(&T) -> &str + Send + Sync + 'static,
    ) -> Self {
        let source = Source::extension(value);
        self.labels.push((label.into(), Ok(source)));
        self
    }

    /// How many values each label of one's own can have; those that come later are all `other`, as is a value of more than
    /// 128 bytes. Default: 100, at most 10,000.
    ///
    /// A value that a caller chooses would otherwise make as many series as there are callers. Of several labels, each
    /// combination of values is a series.
    pub fn max_label_values(mut self, count: usize) -> Self {
        self.max_label_values = count;
        self
    }

    /// Whether all series of a table's methods are there from the start, with zeros: so that the first error is an
    /// increase, and not a series that appears. Default: no.
    ///
    /// Not those with labels of one's own, of which the values are not known.
    pub fn initialize(mut self, wanted: bool) -> Self {
        self.initialize = wanted;
        self
    }

    /// Points to a trace from what was counted, as an exemplar: that of W3C's `traceparent` in the request's metadata, if
    /// the trace is sampled. Default: no exemplars.
    pub fn exemplars(self) -> Self {
        self.exemplars_from(|start| TraceId::from_metadata(start.metadata()))
    }

    /// The same, with traces from elsewhere.
    pub fn exemplars_from(
        mut self,
        trace: impl Fn(&Start<'_>) -> Option<TraceId> + Send + Sync + 'static,
    ) -> Self {
        self.trace = Some(Box::new(trace));
        self
    }
}

impl<R: Recorder> MetricsBuilder<R> {
    /// The metrics.
    ///
    /// # Errors
    ///
    /// If buckets do not ascend, if a label's name is none or is taken, if there are more than eight labels, if metadata
    /// has no such name, or if `max_label_values` is over 10,000.
    pub fn build(self) -> Result<Metrics<R>, ConfigError> {
        check_buckets(self.choice.buckets.as_deref())?;
        if self.max_label_values > MOST_VALUES {
            let text = format!("`max_label_values` is at most {MOST_VALUES}");
            return Err(ConfigError::new(text));
        }
        let labels = self.labels.into_iter();
        let labels = labels.map(|(name, source)| Ok((name, source?)));
        let extra = Extra::new(
            labels.collect::<Result<_, ConfigError>>()?,
            self.max_label_values,
        )?;
        let (dialect, choice) = (self.choice.dialect, self.choice);
        Ok(Metrics {
            observe: Observe::new(Counting {
                recorder: self.recorder,
                definition: Arc::new(Definition::new(&choice, &extra.names())),
                dialect,
                initialize: self.initialize,
                trace: self.trace,
                client: Methodical::new(dialect, Side::Client, &extra),
                server: Methodical::new(dialect, Side::Server, &extra),
                extra,
            }),
        })
    }
}

fn check_buckets(bounds: Option<&[f64]>) -> Result<(), ConfigError> {
    let Some(bounds) = bounds else {
        return Ok(());
    };
    let ascend = bounds.windows(2).all(|pair| pair[0] < pair[1]);
    if ascend && !bounds.is_empty() && bounds.iter().all(|bound| bound.is_finite()) {
        return Ok(());
    }
    Err(ConfigError::new(
        "the bounds of buckets are finite, ascend, and there is one at least; `+Inf` is added to them",
    ))
}

impl<R> std::fmt::Debug for MetricsBuilder<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetricsBuilder")
            .field("choice", &self.choice)
            .field("labels", &self.labels)
            .field("max_label_values", &self.max_label_values)
            .field("initialize", &self.initialize)
            .finish_non_exhaustive()
    }
}
