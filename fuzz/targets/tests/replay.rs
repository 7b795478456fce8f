//! Each input of the corpus, by the functions that the fuzzer calls: what it once found, every `cargo test` finds again.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{fs, panic, path::Path};

fn corpus() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus")
}

/// All inputs of one target; says which of them failed.
fn replay(target: &str) {
    let (_, run) = fuzz_targets::TARGETS
        .iter()
        .find(|(name, _)| *name == target)
        .unwrap();
    let mut inputs: Vec<_> = fs::read_dir(corpus().join(target))
        .unwrap()
        .map(|it| it.unwrap().path())
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "no corpus");
    let fails = |input: &&std::path::PathBuf| {
        let bytes = fs::read(input).unwrap();
        panic::catch_unwind(|| run(&bytes)).is_err()
    };
    let failed: Vec<_> = inputs.iter().filter(fails).collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn arguments() {
    replay("arguments");
}

#[test]
fn descriptors() {
    replay("descriptors");
}

#[test]
fn frames() {
    replay("frames");
}

#[test]
fn patterns() {
    replay("patterns");
}

#[test]
fn peer() {
    replay("peer");
}

#[test]
fn status() {
    replay("status");
}

/// The corpus stays small, and every folder of it is somebody's.
#[test]
fn the_corpus_is_in_order() {
    const MAX_BYTES: u64 = 1 << 20;
    let mut bytes = 0;
    for folder in fs::read_dir(corpus()).unwrap() {
        let folder = folder.unwrap();
        let name = folder.file_name().into_string().unwrap();
        assert!(
            fuzz_targets::TARGETS
                .iter()
                .any(|(target, _)| *target == name),
            "{name}"
        );
        let files = fs::read_dir(folder.path()).unwrap();
        bytes += files
            .map(|file| file.unwrap().metadata().unwrap().len())
            .sum::<u64>();
    }
    assert!(
        bytes < MAX_BYTES,
        "{bytes} bytes: minimise it, with `cargo xtask fuzz minimise`"
    );
}
