//! Programs that are run for what they say.

use std::{env, path::PathBuf, process::Command};

use super::Outcome;

/// A program that was built with this one.
pub(super) fn sibling(name: &str) -> Outcome<PathBuf> {
    let this = env::current_exe().map_err(|error| error.to_string())?;
    Ok(this.with_file_name(name))
}

/// All that the command says, on both outputs.
pub(super) fn run(command: &mut Command) -> Outcome<String> {
    let output = command
        .output()
        .map_err(|error| format!("{command:?} could not be started: {error}"))?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if output.status.success() {
        Ok(said)
    } else {
        Err(format!("{command:?} ended with {}:\n{said}", output.status))
    }
}
