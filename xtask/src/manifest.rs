//! Just enough of Cargo.toml: tables, and the entries that stand one to a line.

use std::fs;

use crate::step::root;

/// A manifest, line by line.
#[derive(Debug)]
pub(crate) struct Manifest {
    text: String,
}

/// One line of a table: `key = value` or `key.workspace = true`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub(crate) table: &'a str,
    pub(crate) key: &'a str,
    /// The line after the key.
    pub(crate) rest: &'a str,
}

// === impl Manifest ===

impl Manifest {
    /// The manifest of a folder of the workspace.
    pub(crate) fn read(folder: &str) -> Result<Self, String> {
        let path = root().join(folder).join("Cargo.toml");
        let text = fs::read_to_string(&path);
        text.map(Self::parse)
            .map_err(|error| format!("{}: {error}", path.display()))
    }

    pub(crate) fn parse(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// All entries, in the order of the file.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut table = "";
        self.text.lines().filter_map(move |line| {
            if line.starts_with('[') {
                table = line.trim_matches(['[', ']']);
            }
            entry(table, line)
        })
    }

    /// The names of the features, without `default`.
    pub(crate) fn features(&self) -> impl Iterator<Item = &str> {
        let features = self
            .entries()
            .filter(|entry| entry.table == "features" && entry.key != "default");
        features.map(|entry| entry.key)
    }

    /// What a feature turns on.
    pub(crate) fn feature(&self, name: &str) -> Option<&str> {
        let mut entries = self.entries();
        let feature = entries.find(|entry| entry.table == "features" && entry.key == name);
        feature.map(|entry| entry.rest)
    }
}

// === impl Entry ===

impl Entry<'_> {
    /// Whether this names a dependency, of whatever sort.
    pub(crate) fn is_dependency(&self) -> bool {
        self.table.ends_with("dependencies")
    }
}

fn entry<'a>(table: &'a str, line: &'a str) -> Option<Entry<'a>> {
    let end = line.find(|c: char| !c.is_alphanumeric() && c != '-' && c != '_')?;
    let (key, rest) = line.split_at(end);
    let is_entry = !key.is_empty() && rest.contains('=');
    is_entry.then_some(Entry { table, key, rest })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[features]\ndefault = []\n# Why.\ngzip = [\"dep:flate2\"]\n\n[dependencies]\nbytes.workspace = true\n";

    #[test]
    fn entries_are_read_one_to_a_line() {
        let manifest = Manifest::parse(TEXT);
        let entries: Vec<_> = manifest
            .entries()
            .map(|entry| (entry.table, entry.key))
            .collect();
        assert_eq!(
            entries,
            [
                ("features", "default"),
                ("features", "gzip"),
                ("dependencies", "bytes")
            ]
        );
    }

    #[test]
    fn features_are_read_without_the_default() {
        let manifest = Manifest::parse(TEXT);
        assert_eq!(manifest.features().collect::<Vec<_>>(), ["gzip"]);
        assert_eq!(manifest.feature("gzip"), Some(" = [\"dep:flate2\"]"));
    }
}
