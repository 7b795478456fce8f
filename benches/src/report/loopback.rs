//! Throughput, by the program `pairs`.

use std::process::Command;

use super::{
    Outcome,
    program::{run, sibling},
};
use crate::Pair;

/// The ratio of each pair, one to a line of what the program prints.
pub(super) fn samples(pair: &Pair) -> Outcome<Vec<f64>> {
    let mut command = Command::new(sibling("pairs")?);
    let said = run(command.args([pair.id, &pair.pairs.to_string()]))?;
    let samples = said
        .lines()
        .map(str::parse::<f64>)
        .collect::<Result<_, _>>();
    samples.map_err(|error| format!("{}: {error}: {said}", pair.id))
}
