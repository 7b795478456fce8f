//! From scenarios to `RESULTS.md`: count, compare with the figures of the last run, write.

pub mod count;
pub mod figures;
pub mod gate;
pub mod spread;

mod about;
mod compiler;
mod loopback;
mod page;
mod program;

use std::{fs, path::PathBuf};

use self::{
    figures::{Figures, Section},
    spread::Spread,
};
use crate::{Family, Pair, families, pair};

/// What the runner says when it cannot go on.
pub type Outcome<T = ()> = Result<T, String>;

/// Measures these sections anew, keeps the others, and writes both files.
///
/// # Errors
///
/// If something cannot be measured or written.
pub fn update(sections: &[Section]) -> Outcome {
    let mut figures = Figures::read(&path("figures.tsv"))?;
    for section in sections {
        let rows = match section {
            Section::Counted => counted(families::COUNTED)?,
            Section::Peers => counted(families::PEERS)?,
            Section::Loopback => compared(pair::LOOPBACK, loopback::samples)?,
            Section::Macros => compared(pair::MACROS, compiler::macros)?,
            Section::Build => compared(pair::BUILD, compiler::build)?,
        };
        figures.replace(*section, about::this_run(), rows);
        write("figures.tsv", &figures.to_string())?;
    }
    write("RESULTS.md", &page::render(&figures))
}

/// Counts, and compares with the figures that are checked in.
///
/// # Errors
///
/// If a row costs more than it did, or cannot be compared; what to do is in the text.
pub fn check() -> Outcome {
    let figures = Figures::read(&path("figures.tsv"))?;
    if fs::read_to_string(path("RESULTS.md")).ok().as_ref() != Some(&page::render(&figures)) {
        return Err(
            "benches/RESULTS.md is not what benches/figures.tsv says: `cargo xtask bench` writes both".into(),
        );
    }
    let now = counted(families::COUNTED)?;
    let findings = gate::judge(families::COUNTED, &figures, &now);
    if findings.is_empty() {
        return Ok(());
    }
    Err(format!("{}\n{REMEDY}", findings.join("\n")))
}

const REMEDY: &str = "If it is right that this costs more, write the new figures with `cargo xtask bench counted`, and say why in the commit.";

/// The rows of these families, measured.
fn counted(families: &[Family]) -> Outcome<Vec<(String, [f64; 3])>> {
    let costs = count::all(families)?;
    let rows = families.iter().flat_map(|family| family.rows);
    let rows = rows.map(|row| (row.id.to_owned(), count::of_row(row, &costs).into()));
    Ok(rows.collect())
}

/// The median of each pair's samples, between the bounds of its interval.
fn compared(
    pairs: &[Pair],
    samples: fn(&Pair) -> Outcome<Vec<f64>>,
) -> Outcome<Vec<(String, [f64; 3])>> {
    let spread = |pair: &Pair| {
        let spread = Spread::of(samples(pair)?);
        let spread = spread.ok_or_else(|| format!("{}: too few samples", pair.id))?;
        eprintln!("  {:<40} {spread:?}", pair.id);
        Ok((pair.id.to_owned(), spread.into()))
    };
    pairs.iter().map(spread).collect()
}

fn write(file: &str, text: &str) -> Outcome {
    let path = path(file);
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    eprintln!("wrote {}", path.display());
    Ok(())
}

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(file)
}
