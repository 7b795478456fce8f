//! `cargo xtask bench`: what calls cost, into `benches/RESULTS.md`; and the gate that keeps it from growing.

use std::{
    env,
    process::{Command, Stdio},
};

use crate::{Outcome, step::Step};

const PACKAGE: &str = "grpc-interceptor-benches";

/// Everything, one section (`cargo xtask bench counted`), or the gate (`--check`).
pub(crate) fn run() -> Outcome {
    match env::args().nth(2).as_deref() {
        None | Some("counted") => counted("counted"),
        Some("--check") => check(),
        Some(word) => Err(format!("`{word}` is neither `counted` nor `--check`")),
    }
}

/// The gate: counts, and compares with the figures that are checked in.
pub(crate) fn check() -> Outcome {
    counted("--check")
}

/// The rows of our own: the program without the peers, so that they do not have to be built.
fn counted(argument: &str) -> Outcome {
    install_valgrind()?;
    build("")?;
    bench(argument)
}

/// All programs: the runner starts the others.
fn build(features: &str) -> Outcome {
    Step::cargo(&format!("build --release --package {PACKAGE}{features}")).run()
}

fn bench(arguments: &str) -> Outcome {
    Step::cargo(&format!(
        "run --quiet --release --package {PACKAGE} -- {arguments}"
    ))
    .run()
}

/// Most machines have it; where Debian's packages can be installed, it is.
fn install_valgrind() -> Outcome {
    if runs("valgrind", &["--version"]) {
        return Ok(());
    }
    println!("\n$ apt-get install -y valgrind");
    runs("apt-get", &["update"]);
    if runs("apt-get", &["install", "-y", "valgrind"]) {
        return Ok(());
    }
    Err("instructions are counted by valgrind, which is not here and could not be installed".into())
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
