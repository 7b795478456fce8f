//! Crates as a user has them, outside of this workspace: in `target/user`, with the versions of our Cargo.lock.

use std::{
    env, fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
};

use super::super::{Outcome, program::run};

/// A crate that is written anew.
#[derive(Debug)]
pub(super) struct Crate {
    folder: PathBuf,
}

/// The root of this workspace.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Forgets what was built, of all of them.
pub(super) fn clean() -> Outcome {
    match fs::remove_dir_all(target()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.to_string()),
        _ => Ok(()),
    }
}

/// One for all, so that what two crates have in common is built once.
fn target() -> PathBuf {
    Path::new(ROOT).join("target/user/target")
}

// === impl Crate ===

impl Crate {
    /// A crate of one file and these dependencies; `main.rs` is a program, `lib.rs` a library.
    pub(super) fn write(name: &str, dependencies: &str, file: &str, code: &str) -> Outcome<Self> {
        let folder = Path::new(ROOT).join("target/user").join(name);
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n[workspace]\n"
        );
        let lock = Path::new(ROOT).join("Cargo.lock");
        let written = fs::create_dir_all(folder.join("src"))
            .and_then(|()| fs::write(folder.join("Cargo.toml"), manifest))
            .and_then(|()| fs::copy(lock, folder.join("Cargo.lock")))
            .and_then(|_| fs::write(folder.join("src").join(file), code));
        written.map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self { folder })
    }

    /// A file beside the first.
    pub(super) fn with(self, file: &str, code: &str) -> Outcome<Self> {
        let path = self.folder.join("src").join(file);
        fs::write(&path, code).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(self)
    }

    /// Makes cargo think that a file was changed.
    pub(super) fn touch(&self, file: &str) -> Outcome {
        let path = self.folder.join("src").join(file);
        let code = fs::read(&path).map_err(|error| error.to_string())?;
        fs::write(&path, code).map_err(|error| error.to_string())
    }

    /// Runs cargo in it, without a network.
    pub(super) fn cargo(
        &self,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Outcome<String> {
        let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .arg("--offline")
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_INCREMENTAL", "0")
            .env_remove("RUSTFLAGS")
            .envs(environment.iter().copied());
        run(&mut command)
    }
}
