//! Where the page is followed: a folder that knows nothing of this repository but where its crates are.

use std::{
    env, fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::Command,
};

use crate::step::root;

/// The crates that a page may name, and where they are. No registry has them under these versions until they are published:
/// `[patch.crates-io]` in a `.cargo/config.toml` above the reader's folder puts the checkout in their place.
const CRATES: &[(&str, &str)] = &[
    ("grpc-interceptor", "."),
    ("interceptor-build", "interceptor-build"),
    ("interceptor-test", "interceptor-test"),
];

/// What a Rust toolchain needs besides itself: a linker.
const TOOLS: &[&str] = &["cc"];

/// What a shell must not hand down: what cargo and rustup said to this task, and another `protoc`.
const FORGOTTEN: &[&str] = &["CARGO", "PROTOC", "RUST"];

/// The folder; it is removed when this goes.
#[derive(Debug)]
pub(super) struct Place {
    folder: PathBuf,
    /// Where the reader is.
    here: PathBuf,
}

// === impl Place ===

impl Place {
    /// Makes the folder, with our crates in the place of those that `page` names.
    pub(super) fn make(page: &str) -> Result<Self, String> {
        let folder = env::temp_dir().join(format!("grpc-interceptor-start-{}", std::process::id()));
        let here = folder.join("empty");
        let place = Self { folder, here };
        place
            .fill(page)
            .map_err(|error| format!("{}: {error}", place.folder.display()))?;
        Ok(place)
    }

    fn fill(&self, page: &str) -> io::Result<()> {
        let root = root().canonicalize()?;
        for folder in [".cargo", "bin", "cargo-home", "empty"] {
            fs::create_dir_all(self.folder.join(folder))?;
        }
        if self.folder.canonicalize()?.starts_with(&root) {
            return Err(io::Error::other(
                "this is inside of the repository: set TMPDIR",
            ));
        }
        fs::write(self.folder.join(".cargo/config.toml"), patches(page, &root))?;
        let bin = self.folder.join("bin");
        for tool in TOOLS {
            symlink(which(tool)?, bin.join(tool))?;
        }
        let toolchain = toolchain()?;
        for tool in ["cargo", "rustc"] {
            symlink(toolchain.join(tool), bin.join(tool))?;
        }
        Ok(())
    }

    /// A file of the reader's.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.here.join(name);
        let folder = path.parent().unwrap_or(&self.here);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| format!("{name}: {error}"))
    }

    /// What a file of the reader's says.
    pub(super) fn read(&self, name: &str) -> Result<String, String> {
        fs::read_to_string(self.here.join(name)).map_err(|error| format!("{name}: {error}"))
    }

    /// Goes to another folder, as `cd` does.
    pub(super) fn go(&mut self, folder: &str) -> Result<(), String> {
        self.here.push(folder);
        if self.here.is_dir() {
            return Ok(());
        }
        Err(format!("cd {folder}: there is no such folder"))
    }

    /// The shell, which finds a toolchain and a linker, and no other program.
    pub(super) fn shell(&self, line: &str) -> Command {
        let mut shell = Command::new("/bin/sh");
        for (name, _) in env::vars_os() {
            let word = name.to_string_lossy();
            if FORGOTTEN.iter().any(|prefix| word.starts_with(prefix)) {
                shell.env_remove(&name);
            }
        }
        shell
            .args(["-c", line])
            .current_dir(&self.here)
            .env("PATH", self.folder.join("bin"))
            .env("CARGO_HOME", self.folder.join("cargo-home"));
        shell
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What is left in a temporary folder is no reason to fail.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn patches(page: &str, root: &Path) -> String {
    let named = |name: &str| page.contains(&format!("\n{name} = "));
    let ours = CRATES.iter().filter(|(name, _)| named(name));
    let lines = ours.map(|(name, folder)| {
        let path = root.join(folder);
        format!("{name} = {{ path = '{}' }}\n", path.display())
    });
    format!("[patch.crates-io]\n{}", lines.collect::<String>())
}

/// Where the toolchain of this build is, past rustup's stand-ins.
fn toolchain() -> io::Result<PathBuf> {
    let asked = Command::new("rustc")
        .args(["--print", "sysroot"])
        .output()?;
    let sysroot = String::from_utf8_lossy(&asked.stdout);
    Ok(Path::new(sysroot.trim()).join("bin"))
}

fn which(tool: &str) -> io::Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = env::split_paths(&path).map(|folder| folder.join(tool));
    places
        .find(|place| place.is_file())
        .ok_or_else(|| io::Error::other(format!("there is no `{tool}` in the PATH")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page that needs another program fails, also where this machine has it.
    #[test]
    fn nothing_is_found_but_a_toolchain_and_a_linker() {
        let place =
            Place::make("\ngrpc-interceptor = \"0.1\"\n").unwrap_or_else(|why| panic!("{why}"));
        let runs = |line: &str| {
            place
                .shell(line)
                .output()
                .is_ok_and(|it| it.status.success())
        };
        for line in ["cargo --version", "rustc --version", "cc --version"] {
            assert!(runs(line), "{line}");
        }
        for line in [
            "ls",
            "git --version",
            "protoc --version",
            "rustup --version",
        ] {
            assert!(!runs(line), "{line}");
        }
        let home = place.folder.join("cargo-home");
        assert_eq!(fs::read_dir(home).map(Iterator::count).ok(), Some(0));
        let config = fs::read_to_string(place.folder.join(".cargo/config.toml"));
        let config = config.unwrap_or_default();
        assert!(
            config.contains("\ngrpc-interceptor = { path = "),
            "{config}"
        );
        assert!(
            !config.contains("interceptor-test"),
            "the page does not name it: {config}"
        );
    }
}
