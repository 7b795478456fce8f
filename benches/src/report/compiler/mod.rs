//! What the compiler takes: a clean build of a user's crate, and the time of the macros.

mod build;
mod crates;
mod macros;

use super::Outcome;
use crate::{Pair, pair};

pub(super) fn samples(pair: &Pair) -> Outcome<Vec<f64>> {
    match pair.id {
        pair::MACROS => macros::samples(pair.pairs),
        pair::BUILD => build::samples(pair.pairs),
        id => Err(format!("{id}: the compiler has nothing to do with it")),
    }
}
