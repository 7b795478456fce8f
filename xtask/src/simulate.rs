//! `cargo xtask simulate`: calls between simulated machines, by seeds; and `cargo xtask tail`, which has the same package.

use std::env;

use crate::{Outcome, step::Step};

/// In `.ci/run`: some of what the long form does, in the same time on each machine.
const CI: &str = "--seeds 200 --calls 200";
/// 10⁵ calls of each type, and those that follow each storm.
const LONG: &str = "--seeds 250 --calls 400";

pub(crate) fn run() -> Outcome {
    let words: Vec<String> = env::args().skip(2).collect();
    simulate(&if words.is_empty() {
        LONG.to_owned()
    } else {
        words.join(" ")
    })
}

pub(crate) fn ci() -> Outcome {
    simulate(CI)
}

/// Writes docs/tail.svg, and the table in docs/hedging.md.
pub(crate) fn tail() -> Outcome {
    program("tail", "")
}

/// The same figures come out as those that are checked in.
pub(crate) fn check_tail() -> Outcome {
    program("tail", "--check")
}

fn simulate(words: &str) -> Outcome {
    program("simulate", words)
}

fn program(name: &str, words: &str) -> Outcome {
    Step::cargo(&format!(
        "run --release --package simulation --bin {name} -- {words}"
    ))
    .run()
}
