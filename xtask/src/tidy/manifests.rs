//! The manifests: sorted, and each version in one place.

use super::{
    Finding,
    tree::{File, Tree},
};
use crate::manifest::{Entry, Manifest};

pub(super) fn dependencies(tree: &Tree) -> Vec<Finding> {
    tree.manifests()
        .flat_map(|file| [unsorted(file), versions(file)].concat())
        .collect()
}

fn unsorted(file: &File) -> Vec<Finding> {
    let manifest = Manifest::parse(&file.text);
    let entries: Vec<_> = manifest.entries().filter(Entry::is_dependency).collect();
    let pairs = entries
        .windows(2)
        .filter(|pair| pair[0].table == pair[1].table && pair[0].key > pair[1].key);
    pairs
        .map(|pair| {
            format!(
                "{}: `{}` stands before `{}`",
                file.path.display(),
                pair[0].key,
                pair[1].key
            )
        })
        .collect()
}

/// Members inherit; only a path beside it (a crate's own tests with its own features) needs no version.
fn versions(file: &File) -> Vec<Finding> {
    let manifest = Manifest::parse(&file.text);
    let dependencies = manifest
        .entries()
        .filter(|entry| entry.is_dependency() && entry.table != "workspace.dependencies");
    let own = dependencies.filter(|entry| {
        !entry.rest.contains("workspace = true") && !entry.rest.contains("path = ")
    });
    own.map(|entry| {
        format!(
            "{}: `{}`: put the version into the root, and `workspace = true` here",
            file.path.display(),
            entry.key
        )
    })
    .collect()
}

/// Users of a published crate build it without running code of ours first.
pub(super) fn build_scripts(tree: &Tree) -> Vec<Finding> {
    let scripts = tree.rust().filter(|file| {
        file.path.ends_with("build.rs") && !file.path.starts_with("testproto") && !file.is_in("src")
    });
    scripts
        .map(|file| {
            format!(
                "{}: generate it in testproto, or write it by hand",
                file.path.display()
            )
        })
        .collect()
}
