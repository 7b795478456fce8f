//! The text formats: Prometheus', version 0.0.4, and OpenMetrics, version 1.0.0.

use std::{fmt::Write, time::UNIX_EPOCH};

use super::{BucketSnapshot, ExemplarSnapshot, FamilySnapshot, SeriesSnapshot, ValueSnapshot};
use crate::metrics::{Family, FamilyKind};

/// How metrics are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// Prometheus' text format, version 0.0.4. It has no exemplars.
    #[default]
    Text,
    /// OpenMetrics, version 1.0.0.
    OpenMetrics,
}

/// What is written of one family.
struct Writer<'a> {
    out: &'a mut String,
    family: &'a Family,
    /// The names of the labels with the places of their values, sorted by name.
    labels: Vec<(&'a str, usize)>,
    format: Format,
}

/// A label that stands beside those of the series, such as `le`.
type Last<'a> = Option<(&'a str, &'a str)>;

// === impl Format ===

impl Format {
    /// The value of `content-type`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

pub(super) fn write(families: &[FamilySnapshot], format: Format) -> String {
    let mut out = String::new();
    for FamilySnapshot { family, series } in families {
        Writer::new(&mut out, family, format).family(series);
    }
    if format == Format::OpenMetrics {
        out.push_str("# EOF\n");
    }
    out
}

// === impl Writer ===

impl<'a> Writer<'a> {
    fn new(out: &'a mut String, family: &'a Family, format: Format) -> Self {
        Self {
            out,
            family,
            labels: family.sorted_labels(),
            format,
        }
    }

    fn family(&mut self, series: &[SeriesSnapshot]) {
        let (name, kind) = (self.family.name(), self.family.kind());
        let name = match (self.format, kind) {
            (Format::OpenMetrics, FamilyKind::Counter) => name.trim_end_matches("_total"),
            _ => name,
        };
        let help = self.escape_help();
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
        for one in series {
            self.series(one);
        }
    }

    fn series(&mut self, series: &SeriesSnapshot) {
        match &series.value {
            ValueSnapshot::Counter { value, exemplar } => {
                let value = self.whole(value);
                self.sample("", series, None, &value, exemplar.as_ref());
            }
            ValueSnapshot::Gauge { value } => {
                let value = self.whole(value);
                self.sample("", series, None, &value, None);
            }
            ValueSnapshot::Histogram { buckets, sum } => self.histogram(series, buckets, *sum),
        }
    }

    fn histogram(&mut self, series: &SeriesSnapshot, buckets: &[BucketSnapshot], sum: f64) {
        for bucket in buckets {
            let (le, count) = (self.bound(bucket.le), self.whole(&bucket.count));
            let last = Some(("le", le.as_str()));
            self.sample("_bucket", series, last, &count, bucket.exemplar.as_ref());
        }
        let sum = self.fraction(sum);
        self.sample("_sum", series, None, &sum, None);
        let count = self.whole(&buckets.last().map_or(0, |bucket| bucket.count));
        self.sample("_count", series, None, &count, None);
    }

    fn sample(
        &mut self,
        suffix: &str,
        series: &SeriesSnapshot,
        last: Last<'_>,
        value: &str,
        exemplar: Option<&ExemplarSnapshot>,
    ) {
        self.out.push_str(self.family.name());
        self.out.push_str(suffix);
        self.labels(series, last);
        self.out.push(' ');
        self.out.push_str(value);
        if let Some(exemplar) = exemplar.filter(|_| self.format == Format::OpenMetrics) {
            self.exemplar(exemplar);
        }
        self.out.push('\n');
    }

    fn labels(&mut self, series: &SeriesSnapshot, last: Last<'_>) {
        let mut separator = '{';
        for (name, at) in &self.labels {
            let value = series.labels.get(*at).map_or("", String::as_str);
            label(self.out, separator, name, value);
            separator = ',';
        }
        if let Some((name, value)) = last {
            label(self.out, separator, name, value);
        }
        self.out.push('}');
    }

    fn exemplar(&mut self, exemplar: &ExemplarSnapshot) {
        let ExemplarSnapshot {
            trace_id,
            value,
            at,
        } = exemplar;
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (seconds, millis) = (since.as_secs(), since.subsec_millis());
        let value = self.fraction(*value);
        let rest = format_args!(" # {{trace_id=\"{trace_id}\"}} {value} {seconds}.{millis:03}");
        let _ = self.out.write_fmt(rest);
    }

    /// A whole number, with a point or without as the dialect has it.
    fn whole(&self, number: &impl ToString) -> String {
        let mut text = number.to_string();
        if self.family.floats && self.format == Format::Text {
            text.push_str(".0");
        }
        text
    }

    /// In OpenMetrics a bound has a point, always, so that it is the same text from everybody.
    fn bound(&self, bound: f64) -> String {
        match (bound.is_infinite(), self.family.floats, self.format) {
            (true, ..) => "+Inf".to_owned(),
            (false, false, Format::Text) => bound.to_string(),
            _ => format!("{bound:?}"),
        }
    }

    fn fraction(&self, number: f64) -> String {
        if self.family.floats {
            format!("{number:?}")
        } else {
            number.to_string()
        }
    }

    fn escape_help(&self) -> String {
        let help = self
            .family
            .help()
            .replace('\\', "\\\\")
            .replace('\n', "\\n");
        match self.format {
            Format::Text => help,
            Format::OpenMetrics => help.replace('"', "\\\""),
        }
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = writeln!(self.out, "{text}");
    }
}

fn label(out: &mut String, separator: char, name: &str, value: &str) {
    out.push(separator);
    out.push_str(name);
    out.push_str("=\"");
    for c in value.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
}
