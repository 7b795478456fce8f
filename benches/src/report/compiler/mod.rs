//! What the compiler takes: a clean build of a user's crate, and the time of the macros.

mod build;
mod crates;
mod macros;

use super::Outcome;
use crate::Pair;

/// Milliseconds.
pub(super) fn macros(pair: &Pair) -> Outcome<Vec<f64>> {
    macros::samples(pair.pairs)
}

/// Ratios of CPU.
pub(super) fn build(pair: &Pair) -> Outcome<Vec<f64>> {
    build::samples(pair.pairs)
}
