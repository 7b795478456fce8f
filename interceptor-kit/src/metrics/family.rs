use std::{borrow::Cow, fmt};

/// All series of one name: what stands in `# HELP` and `# TYPE`, and the names of the labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    pub(super) name: &'static str,
    pub(super) help: &'static str,
    pub(super) kind: FamilyKind,
    pub(super) labels: Vec<Cow<'static, str>>,
    pub(super) buckets: Vec<f64>,
    pub(super) floats: bool,
}

/// What a [`Family`]'s values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FamilyKind {
    /// A number that only grows.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// Durations in seconds, counted in buckets.
    Histogram,
}

// === impl Family ===

impl Family {
    /// The full name; that of a counter ends with `_total`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name
    }

    /// What it says of itself.
    #[must_use]
    pub fn help(&self) -> &str {
        self.help
    }

    /// What its values are.
    #[must_use]
    pub fn kind(&self) -> FamilyKind {
        self.kind
    }

    /// The names of its labels, in the order in which a [`Recorder`](super::Recorder) is given their values.
    pub fn labels(&self) -> impl ExactSizeIterator<Item = &str> {
        self.labels.iter().map(AsRef::as_ref)
    }

    /// The same with their places, sorted by name.
    pub(super) fn sorted_labels(&self) -> Vec<(&str, usize)> {
        let mut labels: Vec<_> = self.labels().zip(0..).collect();
        labels.sort_unstable();
        labels
    }

    /// The upper bounds of its buckets in seconds, ascending, without `+Inf`. Empty if it is no histogram.
    #[must_use]
    pub fn buckets(&self) -> &[f64] {
        &self.buckets
    }
}

impl fmt::Display for FamilyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        })
    }
}
