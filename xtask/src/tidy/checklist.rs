//! The checklists: each of their rules has a test that exists.

use std::{fs, path::Path};

use super::{
    Finding,
    tree::{File, Tree},
};
use crate::step::root;

const PAGES: [&str; 3] = [
    "docs/auth-checklist.md",
    "docs/deadline-checklist.md",
    "docs/retry-checklist.md",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let of_page = |name: &&str| match fs::read_to_string(root().join(name)) {
        Ok(page) => findings(name, &page, |test| exists(tree, test)),
        Err(error) => vec![format!("{name}: {error}")],
    };
    PAGES.iter().flat_map(of_page).collect()
}

/// The rows whose last cell names no test, or one that does not exist.
fn findings(name: &str, page: &str, exists: impl Fn(&str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(page.lines()) {
        let Some(cell) = last_cell(line) else {
            continue;
        };
        let tests = tests(cell);
        if tests.is_empty() && !cell.starts_with("n/a: ") {
            findings.push(format!("{name}:{number}: name a test, or say `n/a: why`"));
        }
        let missing = tests.into_iter().filter(|test| !exists(test));
        findings.extend(missing.map(|test| format!("{name}:{number}: there is no test `{test}`")));
    }
    findings
}

/// That of a row; none of a heading, or of the line below it.
fn last_cell(line: &str) -> Option<&str> {
    let cell = line
        .strip_prefix('|')?
        .strip_suffix('|')?
        .rsplit_once('|')?
        .1
        .trim();
    let is_row = cell != "test" && !cell.starts_with("--");
    is_row.then_some(cell)
}

/// What stands between backticks and has a path in it.
fn tests(cell: &str) -> Vec<&str> {
    let quoted = cell.split('`').skip(1).step_by(2);
    quoted.filter(|text| text.contains("::")).collect()
}

fn exists(tree: &Tree, test: &str) -> bool {
    let Some((file, name)) = test.split_once("::") else {
        return false;
    };
    let places = match file.strip_prefix("core/") {
        Some(file) => vec![
            format!("interceptor-core/tests/{file}"),
            format!("interceptor-core/src/{file}"),
        ],
        None => vec![
            format!("interceptor-kit/tests/{file}"),
            format!("interceptor-kit/src/{file}"),
            format!("interceptor-kit/src/{file}/tests"),
            format!("tests/{file}"),
            format!("interop/tests/{file}"),
            file.to_owned(),
        ],
    };
    let is_at = |file: &File, place: &String| {
        [format!("{place}.rs"), format!("{place}/mod.rs")]
            .iter()
            .any(|module| file.path == Path::new(module))
    };
    let is_place = |file: &&File| places.iter().any(|place| is_at(file, place));
    let mut files = tree.rust().filter(is_place);
    files.any(|file| is_test(&file.text, name))
}

/// Whether there is a function of that name with the attribute of a test above it.
fn is_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let is_named = |line: &str| {
        let signature = line.trim_start().trim_start_matches("async ");
        let rest = signature
            .strip_prefix("fn ")
            .and_then(|it| it.strip_prefix(name));
        rest.is_some_and(|rest| rest.starts_with('('))
    };
    let is_marked = |line: &str| line.trim_start().starts_with("#[") && line.contains("test");
    let mut pairs = lines.windows(2);
    pairs.any(|pair| is_marked(pair[0]) && is_named(pair[1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_a_test_that_exists_or_says_why_not() {
        let page = "| rule | test |\n|---|---|\n| a `b::c` | `x/y::z` |\n| b | n/a: none |\n| c | later |\n| d | `x/y::w` |\n";
        let found = findings("a.md", page, |test| test == "x/y::z");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains(":5:") && found[1].contains("`x/y::w`"));
    }

    #[test]
    fn a_test_is_marked_as_one() {
        let text = "#[tokio::test(start_paused = true)]\nasync fn a() {\n}\nfn b() {}\n#[test]\nfn abc() {}\n";
        assert!(is_test(text, "a") && is_test(text, "abc"));
        assert!(!is_test(text, "b") && !is_test(text, "ab"));
    }
}
