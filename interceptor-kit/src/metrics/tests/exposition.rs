//! A reader of Prometheus' text format, apart from the writer.

use std::collections::{BTreeMap, BTreeSet};

/// What a text says.
#[derive(Debug, Default)]
pub(super) struct Exposition {
    /// By name: type and help.
    pub(super) families: BTreeMap<String, (String, String)>,
    pub(super) samples: Vec<Sample>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) value: f64,
}

/// A sample as it can be compared: family, type, help, name, labels and value, the last as text, for NaN equals nothing.
pub(super) type Row = (
    String,
    String,
    String,
    String,
    Vec<(String, String)>,
    String,
);

// === impl Exposition ===

impl Exposition {
    pub(super) fn read(text: &str) -> Self {
        let mut exposition = Self::default();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, help) = rest.split_once(' ').unwrap_or((rest, ""));
                exposition.family(name).1 = help.to_owned();
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').unwrap();
                exposition.family(name).0 = kind.to_owned();
            } else if !line.starts_with('#') {
                exposition.samples.push(Sample::read(line));
            }
        }
        exposition
    }

    fn family(&mut self, name: &str) -> &mut (String, String) {
        self.families.entry(name.to_owned()).or_default()
    }

    /// The family that a sample belongs to.
    pub(super) fn family_of(&self, sample: &str) -> &str {
        let suffixes = ["", "_bucket", "_sum", "_count"];
        let names = suffixes
            .iter()
            .filter_map(|suffix| sample.strip_suffix(suffix));
        let mut known = names.filter_map(|name| self.families.get_key_value(name));
        known.next().map_or("", |(name, _)| name.as_str())
    }

    pub(super) fn rows(&self) -> BTreeSet<Row> {
        self.samples.iter().map(|sample| self.row(sample)).collect()
    }

    pub(super) fn row(&self, sample: &Sample) -> Row {
        let family = self.family_of(&sample.name);
        let (kind, help) = self.families.get(family).cloned().unwrap_or_default();
        (
            family.to_owned(),
            kind,
            help,
            sample.name.clone(),
            sample.labels.clone().into_iter().collect(),
            sample.value.to_string(),
        )
    }

    /// The sum of all samples of that name with these labels.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are whole, and not below zero"
    )]
    pub(super) fn sum_where(&self, name: &str, labels: &[(&str, &str)]) -> u64 {
        let samples = self.samples.iter().filter(|sample| sample.is(name, labels));
        samples.map(|sample| sample.value).sum::<f64>() as u64
    }

    pub(super) fn sum(&self, name: &str) -> u64 {
        self.sum_where(name, &[])
    }

    pub(super) fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut samples = self.samples.iter().filter(|sample| sample.is(name, labels));
        let value = samples.next().map(|sample| sample.value);
        assert!(samples.next().is_none(), "`{name}` is more than one series");
        value
    }

    /// The values of a label, of all samples of that name.
    pub(super) fn values(&self, name: &str, label: &str) -> BTreeSet<&str> {
        let samples = self.samples.iter().filter(|sample| sample.name == name);
        samples
            .map(|sample| sample.labels[label].as_str())
            .collect()
    }
}

// === impl Sample ===

impl Sample {
    fn is(&self, name: &str, labels: &[(&str, &str)]) -> bool {
        let has =
            |(label, value): &(&str, &str)| self.labels.get(*label).is_some_and(|own| own == value);
        self.name == name && labels.iter().all(has)
    }

    /// `name{label="value",…} value`
    fn read(line: &str) -> Self {
        let (series, value) = line.rsplit_once(' ').unwrap();
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        Self {
            name: name.to_owned(),
            labels: read_labels(labels.strip_suffix('}').unwrap()),
            value: value.parse().unwrap(),
        }
    }
}

fn read_labels(mut text: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    while let Some((name, rest)) = text.split_once("=\"") {
        let (value, rest) = unescape(rest);
        labels.insert(name.to_owned(), value);
        text = rest.strip_prefix(',').unwrap_or(rest);
    }
    labels
}

/// Up to the quote that closes, and what comes after it.
fn unescape(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &text[at + 1..]),
            '\\' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, c)) => value.push(c),
                None => {}
            },
            c => value.push(c),
        }
    }
    panic!("a label's value has no end: {text}");
}
