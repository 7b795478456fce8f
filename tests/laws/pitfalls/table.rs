//! The table of all pitfalls, and which test holds each.

use std::{fmt::Write as _, fs, path::Path};

use super::rows::ROWS;
use crate::mutants::Mutant;

/// The page that is written from the table, relative to the root.
const PAGE: &str = "docs/pitfalls.md";

/// Layers that the compiler must reject, relative to the root.
const COMPILED: &str = "tests/mutants/compiled";

const INTRODUCTION: &str = "\
Pitfalls: what bit users of gRPC middleware, and what keeps it from biting you.

Ten laws hold for every layer of this crate, in four call types, on a client and on a server, over a pipe and over TCP.
Beside each stands what it rejected, to prove that it can fail: layers in `tests/mutants`, each broken in one way.
`cargo test --test laws` runs them all, and prints law × call type × side × transport.

<!-- Written by `UPDATE_EXPECT=1 cargo test --test laws` from tests/laws: change that. -->

| | law | rejected |
|---|---|---|
";

const ROWS_FOLLOW: &str = "
# Pitfalls

Each was reported against some library. What holds it here is a law, a check like those of the laws, a test of one place,
or a message of the compiler. What each rejected stands beside it: a layer or an interceptor of `tests/mutants` that has
fallen into it; the compiler rejects those of `tests/mutants/compiled`.

| | pitfall | held by | rejected |
|---|---|---|---|
";

/// Prints the table, and says what is wrong with it.
pub(crate) fn report(mutants: &[Mutant]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (number, row) in (1..).zip(&ROWS) {
        if row.number != number {
            wrong.push(format!("row {number} of the pitfalls is P{}", row.number));
        }
        if rejected(number, mutants).is_empty() {
            wrong.push(format!("P{number} has no mutant"));
        }
        let missing = row.held.iter().filter_map(|test| missing(row.number, test));
        wrong.extend(missing);
    }
    let page = page(mutants);
    println!(
        "\n{}",
        page.rsplit("-->\n").next().unwrap_or_default().trim()
    );
    wrong.extend(is_written(&page).err());
    wrong
}

fn page(mutants: &[Mutant]) -> String {
    let mut page = INTRODUCTION.to_owned();
    for law in crate::laws::all() {
        let rejected = names(mutants, |mutant| mutant.law == law.id);
        let _ = writeln!(page, "| {} | {} | {rejected} |", law.id, law.says);
    }
    page += ROWS_FOLLOW;
    for row in &ROWS {
        let held = row.held.join(", ");
        let rejected = rejected(row.number, mutants);
        let (number, what) = (row.number, row.what);
        let _ = writeln!(page, "| P{number} | {what} | {held} | {rejected} |");
    }
    page
}

/// The mutants of a row: layers that its check rejects, and those that the compiler does.
fn rejected(number: u8, mutants: &[Mutant]) -> String {
    let layers = names(mutants, |mutant| mutant.pitfalls.contains(&number));
    let mut names: Vec<_> = (!layers.is_empty()).then_some(layers).into_iter().collect();
    names.extend(compiled(number));
    names.join(", ")
}

/// The files of `tests/mutants/compiled` that begin with the row. Each has its message beside it.
fn compiled(number: u8) -> Vec<String> {
    let files = fs::read_dir(root().join(COMPILED)).into_iter().flatten();
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let prefix = format!("p{number:02}_");
    let name = |name: String| {
        let name = name.strip_suffix(".stderr")?;
        name.starts_with(&prefix).then(|| format!("`{name}`"))
    };
    let mut names: Vec<_> = names.filter_map(name).collect();
    names.sort();
    names
}

/// The names of some mutants.
fn names(mutants: &[Mutant], is_in_it: impl Fn(&Mutant) -> bool) -> String {
    let mutants = mutants.iter().filter(|mutant| is_in_it(mutant));
    let names = mutants.map(|mutant| format!("`{}`", mutant.subject.name));
    names.collect::<Vec<_>>().join(", ")
}

/// What a row names and is not there.
fn missing(number: u8, test: &str) -> Option<String> {
    let is_there = match test.split_once("::") {
        None if test.starts_with("law ") || test.starts_with("check ") => is_run(test),
        None => root().join(test).exists(),
        Some((file, name)) => has_test(number, file, name),
    };
    (!is_there).then(|| format!("P{number}: {test} does not exist, or does not name the row"))
}

/// A law, or a check of a pitfall.
fn is_run(test: &str) -> bool {
    let id = test.split(' ').nth(1).unwrap_or_default();
    let mut checks = crate::laws::all();
    checks.extend(super::all());
    checks.iter().any(|check| check.id == id)
}

/// Whether the file has a test of that name, whose comment or name says the row.
fn has_test(number: u8, file: &str, name: &str) -> bool {
    let text = fs::read_to_string(root().join(file)).unwrap_or_default();
    let Some(start) = text.find(&format!("fn {name}(")) else {
        return false;
    };
    let above = text[..start].rsplit("\n\n").next().unwrap_or_default();
    let mut words = above.split(|it: char| !it.is_ascii_alphanumeric());
    let is_test = above.contains("#[test]") || above.contains("#[tokio::test");
    let is_named = name.starts_with(&format!("p{number:02}_"));
    is_test && (is_named || words.any(|word| word == format!("P{number}")))
}

fn is_written(page: &str) -> Result<(), String> {
    let path = root().join(PAGE);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        return fs::write(path, page).map_err(|error| format!("{PAGE}: {error}"));
    }
    if fs::read_to_string(path).is_ok_and(|it| it == page) {
        return Ok(());
    }
    Err(format!(
        "{PAGE} is another: `UPDATE_EXPECT=1 cargo test --test laws` writes it anew"
    ))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
