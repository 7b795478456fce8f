//! `figures.tsv`: the figures of the last run, one line a row, so that changes of two people merge.

use std::{collections::BTreeMap, fmt, fs, io, path::Path, str::FromStr};

use super::Outcome;

/// What is measured in one go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Instructions and allocations of our own rows: what the gate holds.
    Counted,
    /// The same of the peers.
    Peers,
    /// Throughput over TCP.
    Loopback,
    /// The time of the macros.
    Macros,
    /// A clean build of a user's crate.
    Build,
}

/// The figures of the last run of each section.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    about: BTreeMap<Section, String>,
    rows: BTreeMap<(Section, String), [f64; 3]>,
}

// === impl Section ===

impl Section {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Counted,
        Self::Peers,
        Self::Loopback,
        Self::Macros,
        Self::Build,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Peers => "peers",
            Self::Loopback => "loopback",
            Self::Macros => "macros",
            Self::Build => "build",
        }
    }
}

impl FromStr for Section {
    type Err = String;

    fn from_str(word: &str) -> Outcome<Self> {
        let section = Self::ALL.into_iter().find(|section| section.word() == word);
        section.ok_or_else(|| {
            let words = Self::ALL.map(Self::word).join("`, `");
            format!("`{word}` is none of `{words}`")
        })
    }
}

// === impl Figures ===

impl Figures {
    /// The file, or nothing if there is none yet.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or a line of it.
    pub fn read(path: &Path) -> Outcome<Self> {
        match fs::read_to_string(path) {
            Ok(text) => text.parse(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{}: {error}", path.display())),
        }
    }

    /// Puts new figures in the place of a section's.
    pub fn replace(&mut self, section: Section, about: String, rows: Vec<(String, [f64; 3])>) {
        self.about.insert(section, about);
        self.rows.retain(|(other, _), _| *other != section);
        let rows = rows
            .into_iter()
            .map(|(id, figures)| ((section, id), figures));
        self.rows.extend(rows);
    }

    /// The figures of one row.
    #[must_use]
    pub fn get(&self, section: Section, id: &str) -> Option<[f64; 3]> {
        self.rows.get(&(section, id.to_owned())).copied()
    }

    /// Where and with what a section was measured.
    #[must_use]
    pub fn about(&self, section: Section) -> &str {
        self.about.get(&section).map_or("", String::as_str)
    }

    /// The rows that a section has figures for.
    pub fn ids(&self, section: Section) -> impl Iterator<Item = &str> {
        let rows = self.rows.keys().filter(move |(other, _)| *other == section);
        rows.map(|(_, id)| id.as_str())
    }
}

const HEAD: &str = "# Written by `cargo xtask bench`, which makes RESULTS.md of it.\n";

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        for (section, about) in &self.about {
            writeln!(f, "about\t{}\t{about}", section.word())?;
        }
        for ((section, id), [a, b, c]) in &self.rows {
            writeln!(f, "{}\t{id}\t{a:.3}\t{b:.3}\t{c:.3}", section.word())?;
        }
        Ok(())
    }
}

impl FromStr for Figures {
    type Err = String;

    fn from_str(text: &str) -> Outcome<Self> {
        let mut figures = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            figures
                .line(line)
                .ok_or_else(|| format!("figures.tsv: not a line of figures: {line}"))?;
        }
        Ok(figures)
    }
}

impl Figures {
    fn line(&mut self, line: &str) -> Option<()> {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells[..] {
            ["about", section, about] => {
                self.about.insert(section.parse().ok()?, about.to_owned());
            }
            [section, id, a, b, c] => {
                let key = (section.parse().ok()?, id.to_owned());
                let figures = [a.parse().ok()?, b.parse().ok()?, c.parse().ok()?];
                self.rows.insert(key, figures);
            }
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut figures = Figures::default();
        let rows = vec![("a/b".to_owned(), [1.5, 2.0, -0.25])];
        figures.replace(Section::Counted, "this, with that".to_owned(), rows);
        assert_eq!(figures.to_string().parse(), Ok(figures));
    }

    #[test]
    fn a_section_is_replaced_as_a_whole() {
        let mut figures = Figures::default();
        for id in ["old", "new"] {
            let rows = vec![(id.to_owned(), [0.0; 3])];
            figures.replace(Section::Counted, String::new(), rows);
        }
        assert_eq!(figures.ids(Section::Counted).collect::<Vec<_>>(), ["new"]);
    }

    #[test]
    fn a_broken_line_is_an_error() {
        for line in ["counted\ta\t1\t2", "counted\ta\t1\t2\tx", "no\ta\t1\t2\t3"] {
            assert!(line.parse::<Figures>().unwrap_err().contains(line));
        }
    }
}
