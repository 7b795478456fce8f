//! `cargo xtask ci`: what `.ci/run` does after the tests, cheap steps first.

use crate::{
    Outcome, bench, features, fuzz, interop, otel, prometheus, simulate, soak, start, step::Step,
    tidy,
};

/// What is not published, and so not packaged.
const UNPUBLISHED: &[&str] = &[
    "channel-only",
    "fuzz-targets",
    "grpc-interceptor-benches",
    "interop",
    "shuttle-tests",
    "simulation",
    "testproto",
    "xtask",
];

/// The words that a task is called by, and the task.
type Task = (&'static str, fn() -> Outcome);

/// The tasks that are steps, with the words that they are called by.
const TASKS: &[Task] = &[
    ("start", start::run),
    ("otel", otel::run_tests),
    ("prometheus", prometheus::run),
    ("interop", interop::run_all),
    ("soak --minutes 1", soak::ci),
    ("simulate --seeds 200 --calls 200", simulate::ci),
    ("tail --check", simulate::check_tail),
    ("fuzz", fuzz::ci),
    ("bench --check", bench::check),
];

pub(crate) fn run() -> Outcome {
    Step::cargo("fmt --all --check").run()?;
    task("tidy", tidy::run)?;
    Step::cargo("clippy --workspace --all-targets --all-features -- -D warnings").run()?;
    features::run()?;
    Step::cargo("doc --workspace --all-features --no-deps")
        .env("RUSTDOCFLAGS", "-Dwarnings")
        .run()?;
    // With default features the doc tests are part of `cargo test --workspace`; here those that a feature hides.
    Step::cargo(&published("test --doc", "--all-features")).run()?;
    Step::cargo(&published("package", "--no-verify --allow-dirty --offline")).run()?;
    TASKS.iter().try_for_each(|(words, run)| task(words, *run))
}

fn task(words: &str, run: fn() -> Outcome) -> Outcome {
    println!("\n$ cargo xtask {words}");
    run()
}

/// A command for what is published, and no more.
fn published(command: &str, options: &str) -> String {
    let excluded = UNPUBLISHED.join(" --exclude ");
    format!("{command} --workspace --exclude {excluded} {options}")
}
