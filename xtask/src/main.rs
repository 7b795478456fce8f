//! The project's own tasks: `cargo xtask <task>`. They need nothing but cargo; `bench` needs valgrind too.

#![allow(
    clippy::print_stdout,
    reason = "a command-line tool: its output is for the terminal"
)]

mod bench;
mod ci;
mod features;
mod fuzz;
mod golden;
mod guide;
mod interop;
mod manifest;
mod otel;
mod performance;
mod prometheus;
mod simulate;
mod soak;
mod start;
mod step;
mod tidy;

use std::{env, process::ExitCode};

/// What a task says when it fails.
type Outcome = Result<(), String>;

/// Name, what it does, and how.
type Task = (&'static str, &'static str, fn() -> Outcome);

const TASKS: &[Task] = &[
    (
        "bench",
        "what calls cost, into benches/RESULTS.md; or a part: `counted`, `peers`, `loopback`, `macros`, `build`; `--check` is the gate",
        bench::run,
    ),
    (
        "ci",
        "all that has to pass before a change is taken, besides `cargo test --workspace`",
        ci::run,
    ),
    (
        "dashboard",
        "draws docs/dashboard.svg from what Prometheus knows of the example",
        prometheus::draw,
    ),
    (
        "features",
        "each feature of each published crate alone",
        features::run,
    ),
    (
        "fuzz",
        "fuzzes all targets for a minute; <target> <seconds>, minimise, coverage",
        fuzz::run,
    ),
    (
        "golden",
        "writes anew what the Python libraries for Prometheus count; needs Python and PyPI",
        golden::write,
    ),
    (
        "guide",
        "writes docs/compiler.md from the fixtures in tests/ui, and the tables of docs/performance.md from benches/figures.tsv",
        guide::run,
    ),
    (
        "interop",
        "the tests against grpcio, gRPC for Node and gRPC-Web; installs them from PyPI and npm",
        interop::run_all,
    ),
    (
        "otel",
        "traces through a Python server with OpenTelemetry's own instrumentation; installs it into `target/`",
        otel::run_tests,
    ),
    (
        "prometheus",
        "the example's metrics, as promtool and a real Prometheus see them",
        prometheus::run,
    ),
    (
        "simulate",
        "calls between simulated machines, 10^5 of each type; `--seeds <n>`, `--seed <n>`, `--calls <n of each type>`",
        simulate::run,
    ),
    (
        "soak",
        "many calls at once for ten minutes, or `--minutes <n>`; nothing may be left behind it",
        soak::run,
    ),
    (
        "start",
        "follows docs/start.md to the letter, in an empty folder and with an empty CARGO_HOME",
        start::run,
    ),
    (
        "tail",
        "the slowest calls, into docs/hedging.md and docs/tail.svg",
        simulate::tail,
    ),
    (
        "tidy",
        "the rules of this repository that no lint knows",
        tidy::run,
    ),
];

fn main() -> ExitCode {
    if let Some(outcome) = fuzz::is_compiler_call() {
        return if outcome.is_ok() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    let name = env::args().nth(1).unwrap_or_default();
    let Some((_, _, task)) = TASKS.iter().find(|(task, ..)| *task == name) else {
        return usage(&name);
    };
    match task() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("\nxtask {name} failed: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Lists the tasks; asking for one that does not exist is an error, asking for none is not.
fn usage(name: &str) -> ExitCode {
    println!("cargo xtask <task>\n");
    for (task, what, _) in TASKS {
        println!("  {task:<12}{what}");
    }
    if name.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("\nno task is named `{name}`");
    ExitCode::FAILURE
}
