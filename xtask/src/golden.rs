//! `cargo xtask golden`: what the Python libraries count, written anew. Needs Python and its packages from the network.

use std::{path::Path, process::Command};

use crate::{
    Outcome,
    step::{root, run},
};

const GOLDEN: &str = "interceptor-kit/src/metrics/tests/golden";

/// The versions stand in `xtask/golden/requirements.txt`.
pub(crate) fn write() -> Outcome {
    let python = environment()?;
    let mut calls = Command::new(python);
    run(calls.arg("xtask/golden/calls.py").arg(GOLDEN))
}

/// A virtual environment of its own, in `target/`.
fn environment() -> Result<std::path::PathBuf, String> {
    let folder = root().join("target/golden/venv");
    let python = folder.join("bin/python");
    if !Path::new(&python).exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let packages = ["-m", "pip", "install", "--quiet", "--requirement"];
    let mut install = Command::new(&python);
    run(install.args(packages).arg("xtask/golden/requirements.txt"))?;
    Ok(python)
}
