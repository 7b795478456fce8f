//! What a line may not say without more.

use super::{
    Finding,
    tree::{File, Tree},
};

/// Real waiting makes tests slow and, on a busy machine, wrong.
pub(super) fn sleeps(tree: &Tree) -> Vec<Finding> {
    let files = tree.rust().filter(|file| !has_paused_time(&file.text));
    files.flat_map(sleeps_in).collect()
}

fn sleeps_in(file: &File) -> Vec<Finding> {
    let Some(tests) = first_test_line(file) else {
        return Vec::new();
    };
    let found = real_sleeps(&file.text).into_iter();
    let found = found.filter(|line| *line > tests);
    found
        .map(|line| format!("{}: {REMEDY}", file.place(line)))
        .collect()
}

/// The line numbers of sleeps. A helper whose tests pause the time says "paused time" in a comment above the sleep.
fn real_sleeps(text: &str) -> Vec<usize> {
    let mut above = "";
    let mut found = Vec::new();
    for (number, line) in (1..).zip(text.lines().map(str::trim_start)) {
        let is_code = !line.starts_with("//");
        if is_code && line.contains("sleep(") && !above.contains("paused time") {
            found.push(number);
        }
        above = if is_code { "" } else { line };
    }
    found
}

const REMEDY: &str = "pause the time (`start_paused = true`) or wait for an event";

/// Where the tests of a file begin, if it has any.
fn first_test_line(file: &File) -> Option<usize> {
    if file.is_in("tests") || file.path.ends_with("tests.rs") {
        return Some(0);
    }
    file.text.lines().position(|line| line == "mod tests {")
}

fn has_paused_time(text: &str) -> bool {
    text.contains("start_paused = true") || text.contains("time::pause()")
}

/// A lint that is turned off says why: `reason = "…"`, or a comment beside or above it.
pub(super) fn allows(tree: &Tree) -> Vec<Finding> {
    let files = tree
        .rust()
        .filter(|file| !file.is_in("snapshots") && !file.is_in("ui"));
    files.flat_map(allows_in).collect()
}

fn allows_in(file: &File) -> Vec<Finding> {
    unexplained(&file.text)
        .into_iter()
        .map(|line| format!("{}: add `reason = \"…\"`", file.place(line)))
        .collect()
}

/// The line numbers of attributes without a reason.
fn unexplained(text: &str) -> Vec<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let is_unexplained = |&line: &usize| {
        let attribute = lines[line..]
            .split_inclusive(|line| line.ends_with(']'))
            .next()
            .unwrap_or_default();
        let above = line
            .checked_sub(1)
            .map_or("", |above| lines[above].trim_start());
        is_allow(lines[line])
            && !above.starts_with("//")
            && !attribute
                .iter()
                .any(|line| line.contains("reason =") || line.contains("//"))
    };
    (0..lines.len())
        .filter(is_unexplained)
        .map(|line| line + 1)
        .collect()
}

fn is_allow(line: &str) -> bool {
    let line = line
        .trim_start()
        .trim_start_matches("#!")
        .trim_start_matches('#');
    line.starts_with("[allow(") || line.starts_with("[expect(")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleep_needs_paused_time() {
        assert_eq!(real_sleeps("// why\nsleep(a).await;\n"), [2]);
        assert_eq!(
            real_sleeps("// Under paused time.\nsleep(a).await;\n"),
            [0; 0]
        );
    }

    #[test]
    fn an_allow_needs_a_reason_or_a_comment() {
        assert_eq!(unexplained("#[allow(dead_code)]\nfn f() {}\n"), [1]);
        assert_eq!(
            unexplained("#![allow(\n    dead_code,\n    reason = \"why\"\n)]\n"),
            [0; 0]
        );
        assert_eq!(unexplained("// Why.\n#[allow(dead_code)]\n"), [0; 0]);
        assert_eq!(unexplained("#[allow(dead_code)] // why\n"), [0; 0]);
    }
}
