//! `cargo xtask otel`: traces through a Python server, with OpenTelemetry's own instrumentation there.

use std::{path::Path, process::Command};

use crate::{
    Outcome,
    step::{Step, root, run},
};

pub(crate) fn run_tests() -> Outcome {
    let folder = root().join("target/otel/venv");
    let python = folder.join("bin/python");
    if !folder.join("bin/pip").exists() {
        make(&folder)?;
    }
    let packages = ["-m", "pip", "install", "--quiet", "--requirement"];
    let mut install = Command::new(&python);
    run(install.args(packages).arg("xtask/otel/requirements.txt"))?;
    Step::cargo("test --package interceptor-otel --test trace -- --ignored")
        .env("OTEL_PYTHON", python.display().to_string())
        .run()
}

/// Debian has what `venv` needs in a package of its own.
fn make(folder: &Path) -> Outcome {
    let venv = || {
        let mut venv = Command::new("python3");
        run(venv.args(["-m", "venv", "--clear"]).arg(folder))
    };
    if venv().is_ok() {
        return Ok(());
    }
    run(Command::new("apt-get").args(["--quiet", "update"]))?;
    run(Command::new("apt-get").args(["--quiet", "--yes", "install", "python3-venv"]))?;
    venv()
}
