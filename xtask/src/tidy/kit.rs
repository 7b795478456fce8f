//! The rules of the kit: one word is a module, a feature, an example, a test file, a table row and a changelog prefix.

use std::fs;

use super::{
    Finding,
    tree::{File, Tree},
};
use crate::{manifest::Manifest, step::root};

/// Folders of the kit that are no interceptors: shared values, and the one place that builds a chain out of several.
const NOT_INTERCEPTORS: [&str; 2] = ["policy", "compose"];

/// Examples that are called otherwise than their module.
const EXAMPLES: [(&str, &str); 1] = [("hedge", "hedging")];

pub(super) fn complete(tree: &Tree) -> Vec<Finding> {
    modules(tree)
        .flat_map(|module| missing(tree, module))
        .collect()
}

/// The words, from `pub mod word;` in the kit's `lib.rs`.
fn modules(tree: &Tree) -> impl Iterator<Item = &str> {
    let lib = tree
        .rust()
        .find(|file| file.path.ends_with("interceptor-kit/src/lib.rs"));
    let lines = lib.into_iter().flat_map(|file| file.text.lines());
    let words = lines.filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    words.filter(|word| !NOT_INTERCEPTORS.contains(word))
}

fn missing(tree: &Tree, module: &str) -> Vec<Finding> {
    let feature = module.replace('_', "-");
    let kit = format!("interceptor-kit/src/{module}");
    let places = [
        format!("{kit}/tests.rs"),
        format!("{kit}/tests/mod.rs"),
        format!("tests/{module}.rs"),
    ];
    let has_tests = places.into_iter().any(|place| tree.has(place));
    let rules = [
        (
            has_feature("interceptor-kit", &feature),
            "a feature in interceptor-kit/Cargo.toml",
        ),
        (has_feature(".", &feature), "a feature in Cargo.toml"),
        (is_in_full(&feature), "a place in the feature `full`"),
        (
            tree.has(format!("examples/{}.rs", example(module))),
            "an example in examples/",
        ),
        (has_tests, "a tests.rs, or a file in tests/"),
        (
            has_row(tree, module),
            "a row in the table of interceptor-kit/src/lib.rs",
        ),
        (
            is_in_changelog(module),
            "a line in CHANGELOG.md that starts with its word",
        ),
    ];
    let missing = rules.into_iter().filter(|(is_there, _)| !is_there);
    missing
        .map(|(_, what)| format!("`{module}` lacks {what}"))
        .collect()
}

fn example(module: &str) -> &str {
    let other = EXAMPLES.iter().find(|(word, _)| *word == module);
    other.map_or(module, |(_, example)| example)
}

fn has_feature(folder: &str, feature: &str) -> bool {
    Manifest::read(folder).is_ok_and(|manifest| manifest.feature(feature).is_some())
}

fn is_in_full(feature: &str) -> bool {
    let quoted = format!("\"{feature}\"");
    Manifest::read(".").is_ok_and(|manifest| {
        manifest
            .feature("full")
            .is_some_and(|full| full.contains(&quoted))
    })
}

fn has_row(tree: &Tree, module: &str) -> bool {
    let start = format!("//! | [`{module}`]");
    let mut files = tree
        .rust()
        .filter(|file| file.path.ends_with("interceptor-kit/src/lib.rs"));
    files.any(|file| file.text.lines().any(|line| line.starts_with(&start)))
}

fn is_in_changelog(module: &str) -> bool {
    let start = format!("- {module}: ");
    fs::read_to_string(root().join("CHANGELOG.md"))
        .is_ok_and(|text| text.lines().any(|line| line.starts_with(&start)))
}

/// A module stands on `policy` and on the core alone, so that it can be taken, and taken away, by itself.
pub(super) fn siblings(tree: &Tree) -> Vec<Finding> {
    let words: Vec<&str> = modules(tree).collect();
    let files = tree
        .rust()
        .filter(|file| file.path.starts_with("interceptor-kit/src") && !file.is_in("compose"));
    files.flat_map(|file| imports(file, &words)).collect()
}

fn imports(file: &File, words: &[&str]) -> Vec<Finding> {
    let own = file
        .path
        .iter()
        .nth(2)
        .unwrap_or_default()
        .to_string_lossy();
    let own = own.trim_end_matches(".rs");
    let others = words.iter().filter(|word| **word != own && own != "lib");
    let imported = others.filter(|word| file.text.contains(&format!("crate::{word}::")));
    imported
        .map(|word| {
            format!(
                "{}: imports `{word}`: move what both need to policy/",
                file.path.display()
            )
        })
        .collect()
}
