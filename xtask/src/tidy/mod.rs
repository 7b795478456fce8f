//! `cargo xtask tidy`: the rules of this repository that no lint knows.

mod checklist;
mod fixtures;
mod kit;
mod laws;
mod manifests;
mod pages;
mod sizes;
mod text;
mod tree;

use self::tree::Tree;
use crate::Outcome;

/// A rule that is broken somewhere: the place, and what to do.
type Finding = String;

/// A rule, and what finds the places where it is broken.
type Check = (&'static str, fn(&Tree) -> Vec<Finding>);

const CHECKS: &[Check] = &[
    ("no file over 600 lines, no function over 60", sizes::check),
    ("no `sleep(` in tests without paused time", text::sleeps),
    (
        "no `#[allow]` and no `#[expect]` without a reason",
        text::allows,
    ),
    (
        "manifests sorted, versions in the root alone",
        manifests::dependencies,
    ),
    ("no `build.rs` outside testproto", manifests::build_scripts),
    (
        "each `fail/*.rs` has its `.stderr`, and each `.stderr` its `.rs`",
        fixtures::check,
    ),
    (
        "docs/compiler.md shows the fixtures as they are, docs/performance.md the figures",
        pages::written,
    ),
    (
        "each page of the guide is in its summary, and its examples are tests",
        pages::listed,
    ),
    (
        "each kit module has its feature, example, tests, table row and changelog line",
        kit::complete,
    ),
    ("no kit module imports a sibling", kit::siblings),
    (
        "each rule in docs/*-checklist.md has a test that exists",
        checklist::check,
    ),
    (
        "each law has a test and a mutant, each pitfall a row, each mutant a place in the list",
        laws::check,
    ),
];

pub(crate) fn run() -> Outcome {
    let tree = Tree::read()?;
    let mut findings = 0;
    for (rule, check) in CHECKS {
        let found = check(&tree);
        println!(
            "  {} {rule}",
            if found.is_empty() { "ok  " } else { "FAIL" }
        );
        for finding in &found {
            println!("         {finding}");
        }
        findings += found.len();
    }
    if findings == 0 {
        Ok(())
    } else {
        Err(format!("{findings} places to tidy"))
    }
}
