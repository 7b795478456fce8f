//! `RESULTS.md`, made of the figures and the rows' own words.

use std::fmt::Write as _;

use super::{
    count::Cost,
    figures::{Figures, Section},
    gate,
    spread::Spread,
};
use crate::{Budget, Family, Figure, Pair, Row, families, pair};

const HEAD: &str = "# Results

Written by `cargo xtask bench`, from `figures.tsv`. What is measured, and how to add to it, is in [README.md](README.md).
";

const COUNTED: &str = "
## Counted

Instructions and allocations, of one call or one message, by counting: callgrind's count of 700 less that of 200, divided
by 500, and the same with an allocator that counts. Release profile with cargo's defaults, mimalloc as the allocator, no
socket, one thread. These rows are held by the gate: `cargo xtask bench --check`, a part of `.ci/run`, fails when
instructions grow by more than a tenth (or by five, if that is more), when allocations grow at all, or when a budget that
was met is not met any more. **Bold** is over its budget.
";

const PEERS: &str = "
## Peers

Counted in the same way, in the same run; not held by the gate.
";

const LOOPBACK: &str = "
## Throughput

Ratios of what is done in a second to what tonic alone does in a second, over TCP on this machine: a server and a client
in one process of two threads, one connection, sixteen calls at a time where nothing else is said, small messages
(streamed ones of half a KiB). The two are done in turns, in one run, ten short turns of each to a pair. The median of the
pairs' ratios, and the interval that holds the true one in 95 of 100 runs; a figure is reached if the interval reaches it.
Not held by the gate.
";

const MACROS: &str = "
## The macros

What rustc says it takes to expand all macros of a crate, less what it takes without the uses of ours, in turns. The macros
are built without optimisation, as in a user's own builds. Not held by the gate.
";

const BUILD: &str = "
## A clean build

A user's server and client, with a chain around each and without, in turns: from nothing, in the dev profile, the generated
code a file. CPU is that of all processes of the build. Not held by the gate.
";

/// The whole page.
pub(super) fn render(figures: &Figures) -> String {
    let mut page = HEAD.to_owned();
    counted(
        &mut page,
        COUNTED,
        figures,
        Section::Counted,
        families::COUNTED,
    );
    counted(&mut page, PEERS, figures, Section::Peers, families::PEERS);
    compared(
        &mut page,
        LOOPBACK,
        figures,
        Section::Loopback,
        pair::LOOPBACK,
    );
    compared(&mut page, MACROS, figures, Section::Macros, pair::MACROS);
    compared(&mut page, BUILD, figures, Section::Build, pair::BUILD);
    page
}

fn counted(page: &mut String, head: &str, figures: &Figures, of: Section, families: &[Family]) {
    opening(page, head, figures.about(of));
    for family in families {
        table(page, figures, of, family);
    }
}

fn compared(page: &mut String, head: &str, figures: &Figures, of: Section, pairs: &[Pair]) {
    opening(page, head, figures.about(of));
    page.push_str(
        "\n| what | median | 95 % interval | pairs | to reach |\n|---|--:|--:|--:|---|\n",
    );
    for pair in pairs {
        let spread = figures.get(of, pair.id).map(Spread::from);
        page.push_str(&pair_line(pair, spread));
    }
}

fn opening(page: &mut String, head: &str, about: &str) {
    let about = if about.is_empty() { "not yet" } else { about };
    let _ = write!(page, "{head}\nMeasured: {about}.\n");
}

fn pair_line(pair: &Pair, spread: Option<Spread>) -> String {
    let (what, pairs) = (pair.what, pair.pairs);
    let figure = match pair.figure {
        Some(Figure::AtLeast(least)) => format!("≥ {least}"),
        Some(Figure::AtMost(most)) => format!("≤ {most}"),
        None => String::new(),
    };
    let Some(spread) = spread else {
        return format!("| {what} | not measured | | | {figure} |\n");
    };
    let places = if spread.median < 10.0 { 3 } else { 1 };
    let [median, low, high] = <[f64; 3]>::from(spread).map(|it| format!("{it:.places$}"));
    let reached = pair.figure.is_none_or(|figure| spread.reaches(figure));
    let median = marked(median, reached);
    format!("| {what} | {median} | {low} to {high} | {pairs} | {figure} |\n")
}

fn table(page: &mut String, figures: &Figures, section: Section, family: &Family) {
    let _ = write!(page, "\n### {}\n\n", family.title);
    if !family.about.is_empty() {
        let _ = write!(page, "{}\n\n", family.about);
    }
    page.push_str(
        "| what | instructions | allocations | bytes | budget |\n|---|--:|--:|--:|---|\n",
    );
    for row in family.rows {
        let cost = figures.get(section, row.id).map(Cost::from);
        page.push_str(&line(row, cost));
    }
}

fn line(row: &Row, cost: Option<Cost>) -> String {
    let (what, budget) = (row.what, in_words(row.budget));
    let Some(cost) = cost else {
        return format!("| {what} | not measured | | | {budget} |\n");
    };
    let only = |instructions, allocations, bytes| Budget {
        instructions,
        allocations,
        bytes,
    };
    let Budget {
        instructions,
        allocations,
        bytes,
    } = row.budget;
    let cells = [
        (cell(cost.instructions, 0), only(instructions, None, None)),
        (cell(cost.allocations, 2), only(None, allocations, None)),
        (cell(cost.bytes, 0), only(None, None, bytes)),
    ];
    let [a, b, c] = cells.map(|(text, budget)| marked(text, gate::is_met(budget, cost)));
    format!("| {what} | {a} | {b} | {c} | {budget} |\n")
}

fn marked(text: String, is_met: bool) -> String {
    if is_met { text } else { format!("**{text}**") }
}

/// A number with so many places, without those that are nought, its thousands apart.
fn cell(number: f64, places: usize) -> String {
    let text = format!("{number:.places$}");
    let text = match text.split_once('.') {
        Some(_) => text.trim_end_matches('0').trim_end_matches('.'),
        None => &text,
    };
    let text = if text == "-0" { "0" } else { text };
    match text.len() {
        4.. if !text.contains('.') && !text.starts_with('-') => {
            let (thousands, rest) = text.split_at(text.len() - 3);
            format!("{thousands},{rest}")
        }
        _ => text.to_owned(),
    }
}

fn in_words(budget: Budget) -> String {
    let part = |most: Option<u32>, what: &str| {
        most.map(|most| format!("≤ {} {what}", cell(f64::from(most), 0)))
    };
    let parts = [
        part(budget.instructions, "instructions"),
        part(budget.allocations, "allocations"),
        part(budget.bytes, "bytes"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;

    const ROW: Row = Row::new("row", "a row", Scenario::new("none", |_| {}))
        .instructions(1_700)
        .allocations(2);

    #[test]
    fn a_line_has_its_figures_and_its_budget() {
        let cost = Cost::from([1_649.6, 2.0, 896.0]);
        assert_eq!(
            line(&ROW, Some(cost)),
            "| a row | 1,650 | 2 | 896 | ≤ 1,700 instructions, ≤ 2 allocations |\n"
        );
    }

    #[test]
    fn what_is_over_its_budget_is_bold() {
        let line = line(&ROW, Some(Cost::from([1_701.0, 2.11, 0.0])));
        assert!(
            line.starts_with("| a row | **1,701** | **2.11** | 0 |"),
            "{line}"
        );
    }

    #[test]
    fn a_row_without_figures_says_so() {
        assert!(line(&ROW, None).contains("not measured"));
    }

    #[test]
    fn a_pair_has_its_interval_and_its_figure() {
        let pair = pair::LOOPBACK[0];
        let line = pair_line(&pair, Some([0.95, 0.93, 0.96].into()));
        assert!(
            line.ends_with("| **0.950** | 0.930 to 0.960 | 30 | ≥ 0.97 |\n"),
            "{line}"
        );
        let line = pair_line(&pair, Some([0.95, 0.93, 0.98].into()));
        assert!(line.contains("| 0.950 | 0.930 to 0.980 |"), "{line}");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(cell(-0.1, 0), "0");
        assert_eq!(cell(-18.0, 0), "-18");
        assert_eq!(cell(17_950.4, 0), "17,950");
        assert_eq!(cell(0.10, 2), "0.1");
    }
}
