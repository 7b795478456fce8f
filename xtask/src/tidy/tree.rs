//! The files of the repository, read once.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::step::root;

/// A text file, its path relative to the root.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

/// All Rust files, manifests and compiler messages.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
}

// === impl File ===

impl File {
    pub(super) fn is_rust(&self) -> bool {
        self.path
            .extension()
            .is_some_and(|extension| extension == "rs")
    }

    /// Whether a part of the path is this word.
    pub(super) fn is_in(&self, part: &str) -> bool {
        self.path.iter().any(|component| component == part)
    }

    /// The path, with a line number counted from 1.
    pub(super) fn place(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }
}

// === impl Tree ===

impl Tree {
    pub(super) fn read() -> Result<Self, String> {
        let mut tree = Self::default();
        tree.walk(root()).map_err(|error| error.to_string())?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    pub(super) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.is_rust())
    }

    pub(super) fn manifests(&self) -> impl Iterator<Item = &File> {
        self.files
            .iter()
            .filter(|file| file.path.ends_with("Cargo.toml"))
    }

    pub(super) fn has(&self, path: impl AsRef<Path>) -> bool {
        self.files.iter().any(|file| file.path == path.as_ref())
    }

    fn walk(&mut self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                if is_source(&path) {
                    self.walk(&path)?;
                }
            } else if path.extension().is_some_and(|extension| {
                extension == "rs" || extension == "toml" || extension == "stderr"
            }) {
                let text = fs::read_to_string(&path)?;
                let path = path.strip_prefix(root()).unwrap_or(&path).to_owned();
                self.files.push(File { path, text });
            }
        }
        Ok(())
    }
}

/// Not hidden, and not something that cargo built or that is nobody's business (`wip`).
fn is_source(folder: &Path) -> bool {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && name != "wip" && !folder.join("CACHEDIR.TAG").exists()
}
