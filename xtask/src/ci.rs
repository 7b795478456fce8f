//! `cargo xtask ci`: what `.ci/run` does after the tests, cheap steps first.

use crate::{Outcome, bench, features, interop, prometheus, step::Step, tidy};

pub(crate) fn run() -> Outcome {
    Step::cargo("fmt --all --check").run()?;
    println!("\n$ cargo xtask tidy");
    tidy::run()?;
    Step::cargo("clippy --workspace --all-targets --all-features -- -D warnings").run()?;
    features::run()?;
    Step::cargo("doc --workspace --all-features --no-deps")
        .env("RUSTDOCFLAGS", "-Dwarnings")
        .run()?;
    println!("\n$ cargo xtask prometheus");
    prometheus::run()?;
    // With default features the doc tests are part of `cargo test --workspace`; here those that a feature hides.
    Step::cargo("test --doc --workspace --all-features").run()?;
    println!("\n$ cargo xtask interop");
    interop::run_all()?;
    Step::cargo("package --workspace --exclude grpc-interceptor-benches --exclude interop --exclude testproto --exclude xtask --no-verify --allow-dirty --offline").run()?;
    bench::check()
}
