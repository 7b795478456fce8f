//! `cargo xtask fuzz coverage`: how many lines of what reads foreign bytes the corpus reaches.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use super::{succeed, work};
use crate::{Outcome, step::root};

/// Of these, 95 % have to be reached.
const FOLDERS: [&str; 2] = [
    "interceptor-core/src/message",
    "interceptor-core/src/status",
];

/// Cargo calls the compiler by this program, for the crates of the workspace alone: the dependencies stay as they are.
pub(crate) fn is_compiler_call() -> Option<Outcome> {
    let mut words = env::args_os().skip(1);
    let compiler = words
        .next()
        .filter(|_| env::var_os("RUSTC_WORKSPACE_WRAPPER").is_some())?;
    let is_compiler = Path::new(&compiler)
        .file_stem()
        .is_some_and(|name| name == "rustc");
    is_compiler.then(|| {
        let mut rustc = Command::new(compiler);
        succeed(rustc.args(words).arg("-Cinstrument-coverage"), "rustc")
    })
}

pub(super) fn run() -> Outcome {
    let profile = work().join("replay.profraw");
    fs::create_dir_all(work()).map_err(|error| error.to_string())?;
    let binary = build()?;
    println!("\n$ {}", binary.display());
    succeed(
        Command::new(&binary).env("LLVM_PROFILE_FILE", &profile),
        "the corpus does not pass",
    )?;
    let mut report = cargo(
        "run --quiet --manifest-path fuzz/Cargo.toml --package coverage --target-dir target/fuzz --",
    );
    succeed(report.args([&profile, &binary]).args(FOLDERS), "coverage")
}

/// The replay of the corpus, with counters in the crates of the workspace.
fn build() -> Result<PathBuf, String> {
    let wrapper = env::current_exe().map_err(|error| error.to_string())?;
    let mut build =
        cargo("test --package fuzz-targets --test replay --no-run --message-format=json");
    let output = build
        .env("RUSTC_WORKSPACE_WRAPPER", wrapper)
        .env("LLVM_PROFILE_FILE", work().join("build-%p.profraw"))
        .output()
        .map_err(|error| error.to_string())?;
    let messages = String::from_utf8_lossy(&output.stdout);
    let executables = messages
        .split("\"executable\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let binary = executables
        .last()
        .ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    Ok(PathBuf::from(binary))
}

fn cargo(line: &str) -> Command {
    let line: Vec<&str> = line.split_whitespace().collect();
    println!("\n$ cargo {}", line.join(" "));
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(line).current_dir(root());
    cargo
}
