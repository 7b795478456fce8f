//! How long files and functions may be.

use super::{
    Finding,
    tree::{File, Tree},
};

const MAX_FILE_LINES: usize = 600;
const MAX_FN_LINES: usize = 60;

/// Functions that may be longer: file, function, and why.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    tree.rust()
        .filter(|file| !file.is_in("snapshots"))
        .flat_map(check_file)
        .collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let lines = file.text.lines().count();
    let mut findings = Vec::new();
    if lines > MAX_FILE_LINES {
        findings.push(format!(
            "{} has {lines} lines: make it a folder",
            file.path.display()
        ));
    }
    let long = functions(&file.text)
        .into_iter()
        .filter(|function| function.lines > MAX_FN_LINES);
    for function in long.filter(|function| !is_excepted(file, function)) {
        let place = file.place(function.start);
        findings.push(format!(
            "{place}: `fn {}` has {} lines: split it",
            function.name, function.lines
        ));
    }
    findings
}

fn is_excepted(file: &File, function: &Function<'_>) -> bool {
    EXCEPTIONS
        .iter()
        .any(|(path, name, _)| file.path.ends_with(path) && function.name == *name)
}

#[derive(Debug, PartialEq, Eq)]
struct Function<'a> {
    name: &'a str,
    /// The line of the `fn`, from 1.
    start: usize,
    /// The length of the body, braces included.
    lines: usize,
}

/// Functions with a body of more than one line. The text is formatted (`cargo fmt --check` runs first), so a body ends
/// at the first line that is a brace indented as the `fn` is.
fn functions(text: &str) -> Vec<Function<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let starts = (0..lines.len()).filter_map(|start| Some((start, fn_name(lines[start])?)));
    starts
        .filter_map(|(start, name)| {
            body(&lines, start).map(|lines| Function {
                name,
                start: start + 1,
                lines,
            })
        })
        .collect()
}

fn body(lines: &[&str], start: usize) -> Option<usize> {
    let indent = &lines[start][..lines[start].len() - lines[start].trim_start().len()];
    let opening = (start..lines.len()).find(|&line| lines[line].ends_with(['{', ';', '}']))?;
    if !lines[opening].ends_with('{') {
        return None;
    }
    let is_end = |line: &str| line.strip_prefix(indent).is_some_and(|rest| rest == "}");
    let closing = (opening..lines.len()).find(|&line| is_end(lines[line]))?;
    Some(closing - opening + 1)
}

/// The name, if the line begins a function: `pub(crate) const async unsafe extern "C" fn name`.
fn fn_name(line: &str) -> Option<&str> {
    let (before, after) = line.trim_start().split_once("fn ")?;
    let is_qualifier = |word: &str| {
        matches!(
            word,
            "const" | "async" | "unsafe" | "extern" | "\"C\"" | "default"
        ) || word.starts_with("pub")
    };
    let is_fn = before.split_whitespace().all(is_qualifier);
    let end = after.find(['(', '<'])?;
    is_fn.then(|| &after[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_counted_with_its_braces() {
        let text = "impl A {\n    pub(crate) async fn f(\n        &self,\n    ) -> u8\n    {\n        if a {\n        }\n    }\n}\n";
        assert_eq!(
            functions(text),
            [Function {
                name: "f",
                start: 2,
                lines: 4
            }]
        );
    }

    #[test]
    fn what_has_no_body_is_not_counted() {
        assert_eq!(
            functions("trait A {\n    fn f<T>(&self);\n    fn g(&self) {}\n}\n// a fn (\n"),
            []
        );
    }
}
