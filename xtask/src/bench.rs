//! `cargo xtask bench`: what calls cost, into `benches/RESULTS.md`; and the gate that keeps it from growing.

use std::{
    env,
    process::{Command, Stdio},
};

use crate::{Outcome, performance, step::Step};

const PACKAGE: &str = "grpc-interceptor-benches";

/// What the gate needs; the others take a while longer to build.
const COUNTED: &str = " --bin allocations --bin bench --bin counted";

/// Everything, some sections (`cargo xtask bench counted peers`), or the gate (`--check`).
pub(crate) fn run() -> Outcome {
    let words: Vec<String> = env::args().skip(2).collect();
    match words.join(" ").as_str() {
        "" => bench("", "counted peers loopback macros build")?,
        "counted" => bench(COUNTED, "counted")?,
        "--check" => return check(),
        sections => bench("", sections)?,
    }
    performance::run()
}

/// The gate: counts, and compares with the figures that are checked in.
pub(crate) fn check() -> Outcome {
    bench(COUNTED, "--check")
}

/// Builds the programs first: the runner starts the others.
fn bench(programs: &str, arguments: &str) -> Outcome {
    install_valgrind()?;
    Step::cargo(&format!("build --release --package {PACKAGE}{programs}")).run()?;
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
