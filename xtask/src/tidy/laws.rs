//! The laws and the pitfalls: each law has a test and a mutant that it rejects, each row a place in the table.

use super::{
    Finding,
    tree::{File, Tree},
};

/// Where the laws are, as functions and as a list.
const LIST: &str = "interceptor-test/src/laws/law/mod.rs";
const FOLDER: &str = "interceptor-test/src/laws/law";

/// How many there are: of the laws in DESIGN section 11, and of the reported pitfalls.
const LAWS: usize = 10;
const PITFALLS: usize = 42;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<_> = (1..=LAWS).flat_map(|law| missing(tree, law)).collect();
    findings.extend((1..=PITFALLS).filter_map(|number| missing_row(tree, number)));
    findings.extend(mutants(tree).filter_map(|mutant| unlisted(tree, &mutant)));
    findings
}

fn missing(tree: &Tree, law: usize) -> Vec<Finding> {
    let mut findings = Vec::new();
    match module(tree, law) {
        None => findings.push(format!("law {law} is not in {LIST}")),
        Some(name) if !holds(tree, name) => {
            findings.push(format!("{FOLDER}/{name}.rs lacks the `holds` of law {law}"));
        }
        Some(_) => {}
    }
    let its = format!("law: \"{law}\",");
    if !in_mutants(tree).any(|file| file.text.contains(&its)) {
        findings.push(format!("law {law} has no mutant in tests/mutants"));
    }
    findings
}

/// The module of a law, from `law!("5" cancellation, …)`.
fn module(tree: &Tree, law: usize) -> Option<&str> {
    let start = format!("law!(\"{law}\" ");
    let text = text(tree, LIST)?;
    let mut lines = text.lines().map(str::trim);
    let rest = lines.find_map(|line| line.strip_prefix(&*start))?;
    rest.split(',').next()
}

fn holds(tree: &Tree, module: &str) -> bool {
    let file = format!("{FOLDER}/{module}.rs");
    text(tree, &file).is_some_and(|text| text.contains("pub(super) async fn holds("))
}

fn missing_row(tree: &Tree, number: usize) -> Option<Finding> {
    let text = text(tree, "tests/laws/pitfalls/rows.rs").unwrap_or_default();
    let rows = text.split(['(', '\n']).map(str::trim);
    let mut numbers = rows.filter_map(|row| row.trim_end_matches(',').split(',').next());
    let is_there = numbers.any(|it| it == number.to_string());
    (!is_there).then(|| format!("P{number} is not in tests/laws/pitfalls/rows.rs"))
}

/// What makes a mutant: `file::function`.
fn mutants(tree: &Tree) -> impl Iterator<Item = String> {
    in_mutants(tree).flat_map(|file| {
        let stem = file.path.file_stem().unwrap_or_default().to_string_lossy();
        let lines = file
            .text
            .lines()
            .filter(|line| line.ends_with("() -> Mutant {"));
        let names = lines.filter_map(|line| line.strip_prefix("pub(crate) fn ")?.split('(').next());
        names
            .map(|name| format!("{stem}::{name}()"))
            .collect::<Vec<_>>()
    })
}

fn unlisted(tree: &Tree, mutant: &str) -> Option<Finding> {
    let list = text(tree, "tests/mutants/mod.rs").unwrap_or_default();
    let is_listed = list.contains(mutant);
    (!is_listed).then(|| format!("{mutant} is not in the list of tests/mutants/mod.rs"))
}

fn in_mutants(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.rust()
        .filter(|file| file.path.starts_with("tests/mutants"))
}

fn text<'a>(tree: &'a Tree, path: &str) -> Option<&'a str> {
    let mut files = tree.rust();
    files
        .find(|file| file.path.to_str() == Some(path))
        .map(|file| &*file.text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Tree {
        let files = files.iter().map(|(path, text)| File {
            path: path.into(),
            text: (*text).to_owned(),
        });
        Tree {
            files: files.collect(),
        }
    }

    #[test]
    fn a_law_needs_a_test_and_a_mutant() {
        let list = (LIST, "        law!(\"5\" drops, drops::holds, \"x\"),\n");
        let test = (
            "interceptor-test/src/laws/law/drops.rs",
            "pub(super) async fn holds(scene",
        );
        let mutant = ("tests/mutants/a.rs", "        law: \"5\",\n");
        assert_eq!(missing(&tree(&[list, test, mutant]), 5), [""; 0]);
        assert_eq!(missing(&tree(&[list, test]), 5).len(), 1);
        assert_eq!(missing(&tree(&[list, mutant]), 5).len(), 1);
        assert_eq!(missing(&tree(&[test, mutant]), 5).len(), 1);
    }

    #[test]
    fn a_row_is_there_by_its_number() {
        let rows = "    later(14, \"x\", \"retry\"),\n    by(\n        4,\n        \"y\",\n";
        let tree = tree(&[("tests/laws/pitfalls/rows.rs", rows)]);
        assert_eq!(missing_row(&tree, 14), None);
        assert_eq!(missing_row(&tree, 4), None);
        assert!(missing_row(&tree, 1).is_some());
    }

    #[test]
    fn a_mutant_is_in_the_list() {
        let mutant = ("tests/mutants/a.rs", "pub(crate) fn drops() -> Mutant {\n");
        let list = ("tests/mutants/mod.rs", "        a::drops(),\n");
        let named = |tree: &Tree| mutants(tree).collect::<Vec<_>>();
        assert_eq!(named(&tree(&[mutant])), ["a::drops()"]);
        let unlisted = |tree: Tree| super::unlisted(&tree, "a::drops()");
        assert_eq!(unlisted(tree(&[mutant, list])), None);
        assert!(unlisted(tree(&[mutant])).is_some());
    }
}
