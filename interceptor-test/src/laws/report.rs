use std::{collections::BTreeMap, fmt, time::Duration};

use super::Law;
use crate::Case;

/// What came of the laws: how many cells were run, and what broke.
///
/// A cell is a law, in a call type, on a side. `Display` is all of it, as text.
#[derive(Debug, Clone)]
pub struct Report {
    pub(super) name: String,
    pub(super) cells: Vec<Cell>,
    /// Laws that were left out, and why.
    pub(super) left_out: Vec<(Law, String)>,
    pub(super) took: Duration,
}

/// A law that does not hold in a cell.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The law.
    pub law: Law,
    /// Where.
    pub case: Case,
    /// What broke.
    pub why: String,
}

/// What came of a cell.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) law: Law,
    pub(super) case: Case,
    pub(super) came: Came,
}

#[derive(Debug, Clone)]
pub(super) enum Came {
    Held,
    NotAsked(&'static str),
    Broke(String),
}

// === impl Report ===

impl Report {
    /// How many cells were run: those in which a law had something to ask.
    #[must_use]
    pub fn cells(&self) -> usize {
        let is_run = |cell: &&Cell| !matches!(cell.came, Came::NotAsked(_));
        self.cells.iter().filter(is_run).count()
    }

    /// What broke, law by law.
    #[must_use]
    pub fn broken(&self) -> Vec<Broken> {
        let broken = |cell: &Cell| match &cell.came {
            Came::Broke(why) => Some(Broken {
                law: cell.law,
                case: cell.case,
                why: why.clone(),
            }),
            _ => None,
        };
        self.cells.iter().filter_map(broken).collect()
    }

    /// Whether the law of that number or name does not hold somewhere.
    #[must_use]
    pub fn has_broken(&self, law: &str) -> bool {
        let is_it = |broken: &Broken| broken.law.id == law || broken.law.name == law;
        self.broken().iter().any(is_it)
    }

    /// Panics if a law does not hold.
    ///
    /// # Panics
    ///
    /// With this report, if a law does not hold; and if nothing was run.
    pub fn assert(&self) {
        assert!(self.broken().is_empty(), "{self}");
        assert!(self.cells() > 0, "no law had anything to ask: {self}");
    }

    /// The laws of which something was asked.
    fn laws(&self) -> usize {
        let is_run = |cell: &&Cell| !matches!(cell.came, Came::NotAsked(_));
        let mut laws: Vec<_> = self
            .cells
            .iter()
            .filter(is_run)
            .map(|it| it.law.id)
            .collect();
        laws.dedup();
        laws.len()
    }

    fn not_asked(&self) -> BTreeMap<(&'static str, &'static str), usize> {
        let mut reasons = BTreeMap::new();
        for cell in &self.cells {
            if let Came::NotAsked(reason) = cell.came {
                *reasons.entry((cell.law.name, reason)).or_default() += 1;
            }
        }
        reasons
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, broken) = (&self.name, self.broken());
        write!(f, "{name}: {} laws, {} cells, ", self.laws(), self.cells())?;
        match broken.len() {
            0 => writeln!(f, "all of them hold ({:.1?})", self.took)?,
            count => writeln!(f, "{count} BROKEN ({:.1?})", self.took)?,
        }
        let mut law = "";
        for it in &broken {
            if law != it.law.id {
                law = it.law.id;
                writeln!(f, "  BROKEN {}", it.law)?;
            }
            writeln!(f, "    {}: {}", it.case, it.why)?;
        }
        for ((law, reason), cells) in self.not_asked() {
            writeln!(f, "  {law} asked nothing in {cells} cells: {reason}")?;
        }
        for (law, reason) in &self.left_out {
            writeln!(f, "  {} was left out: {reason}", law.name)?;
        }
        Ok(())
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "law {} ({}): {}", self.id, self.name, self.says)
    }
}
