//! One command of a task, printed before it runs.

use std::{
    env,
    path::Path,
    process::{Command, Stdio},
};

use crate::Outcome;

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Prints another program's command, runs it at the root of the workspace if it was not told otherwise, and fails if it does.
pub(crate) fn run(command: &mut Command) -> Outcome {
    let line = format!("{command:?}");
    println!("\n$ {line}");
    if command.get_current_dir().is_none() {
        command.current_dir(root());
    }
    let status = command.stdin(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{line} ended with {status}")),
        Err(error) => Err(format!("{line} could not be started: {error}")),
    }
}

/// A cargo command, run at the root of the workspace.
#[derive(Debug)]
pub(crate) struct Step {
    args: Vec<String>,
    env: Option<(&'static str, String)>,
}

// === impl Step ===

impl Step {
    /// From one line, split at blanks.
    pub(crate) fn cargo(line: &str) -> Self {
        let args = line.split_whitespace().map(str::to_owned).collect();
        Self { args, env: None }
    }

    /// Sets an environment variable for this command.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.env = Some((name, value.into()));
        self
    }

    /// Prints the command, runs it, and fails if it does.
    pub(crate) fn run(self) -> Outcome {
        let line = self.to_string();
        println!("\n$ {line}");
        let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(&self.args)
            .envs(self.env.clone())
            .current_dir(root())
            .stdin(Stdio::null())
            .status()
            .map_err(|error| format!("cargo could not be started: {error}"))?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("`{line}` ended with {status}"))
        }
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some((name, value)) = &self.env {
            write!(f, "{name}={value} ")?;
        }
        write!(f, "cargo {}", self.args.join(" "))
    }
}
