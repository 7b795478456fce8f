//! `cargo xtask soak`: many calls at once, with errors, cuts and restarts, for ten minutes or `--minutes <n>`.

use std::env;

use crate::{Outcome, step::Step};

const MINUTES: u32 = 10;
/// In `.ci/run`.
const CI_MINUTES: u32 = 1;

pub(crate) fn run() -> Outcome {
    let words: Vec<String> = env::args().skip(2).collect();
    let minutes = match &words[..] {
        [] => Some(MINUTES),
        [key, value] if key == "--minutes" => value.parse().ok(),
        _ => None,
    };
    soak(minutes.ok_or("cargo xtask soak [--minutes <n>]")?)
}

pub(crate) fn ci() -> Outcome {
    soak(CI_MINUTES)
}

fn soak(minutes: u32) -> Outcome {
    Step::cargo("test --package interceptor-core --test soak -- --nocapture")
        .env("SOAK_SECONDS", (minutes * 60).to_string())
        .run()
}
