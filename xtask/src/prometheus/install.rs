//! Prometheus and promtool: those of the machine, or those of Debian's package, unpacked in `target/`.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    Outcome,
    step::{root, run},
};

/// Where the programs are.
#[derive(Debug)]
pub(super) struct Tools {
    pub(super) prometheus: PathBuf,
    promtool: PathBuf,
}

// === impl Tools ===

impl Tools {
    pub(super) fn find_or_install() -> Result<Self, String> {
        let unpacked = root().join("target/prometheus/package");
        if let Some(tools) = Self::on_path().or_else(|| Self::within(&unpacked.join("usr/bin"))) {
            return Ok(tools);
        }
        unpack(&unpacked)?;
        let tools = Self::within(&unpacked.join("usr/bin"));
        tools.ok_or_else(|| "the package `prometheus` has no prometheus, or no promtool".to_owned())
    }

    fn on_path() -> Option<Self> {
        let folders = env::var_os("PATH")?;
        env::split_paths(&folders).find_map(|folder| Self::within(&folder))
    }

    fn within(folder: &Path) -> Option<Self> {
        let program = |name| Some(folder.join(name)).filter(|path: &PathBuf| path.is_file());
        Some(Self {
            prometheus: program("prometheus")?,
            promtool: program("promtool")?,
        })
    }

    /// `promtool check metrics`.
    pub(super) fn check_metrics(&self, text: &str) -> Outcome {
        let promtool = Command::new(&self.promtool)
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut promtool = promtool.map_err(|error| format!("promtool: {error}"))?;
        let mut stdin = promtool.stdin.take().ok_or("promtool takes no input")?;
        stdin
            .write_all(text.as_bytes())
            .map_err(|error| format!("promtool: {error}"))?;
        drop(stdin);
        let output = promtool
            .wait_with_output()
            .map_err(|error| format!("promtool: {error}"))?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.success() && said.is_empty() {
            return Ok(());
        }
        Err(format!("promtool check metrics: {}\n{said}", output.status))
    }
}

/// Not installed: the package would start a service.
fn unpack(target: &Path) -> Outcome {
    fs::create_dir_all(target).map_err(|error| format!("{}: {error}", target.display()))?;
    let folder = target.parent().ok_or("no folder for the package")?;
    let download = || {
        run(Command::new("apt-get")
            .args(["download", "prometheus"])
            .current_dir(folder))
    };
    // A machine that has just been made has no list of packages.
    if package(folder).is_none() && download().is_err() {
        run(Command::new("apt-get").args(["--quiet", "update"]))?;
        download()?;
    }
    let package = package(folder).ok_or("apt-get has downloaded nothing")?;
    run(Command::new("dpkg-deb")
        .arg("--extract")
        .arg(package)
        .arg(target))
}

fn package(folder: &Path) -> Option<PathBuf> {
    let files = fs::read_dir(folder).ok()?.flatten();
    let mut paths = files.map(|file| file.path());
    paths.find(|path| path.extension() == Some(OsStr::new("deb")))
}
