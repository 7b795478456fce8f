//! The Python libraries on the same calls.
//!
//! What they counted is in the files beside this one, made anew by `cargo xtask golden`. All that they count right, we
//! count the same: the samples are compared as sets, with type, help, labels and value. What they get wrong is in [`WRONG`], and each line of it
//! is wrong there: a library that gets better makes this test fail.

mod calls;
mod wrong;

use std::collections::BTreeSet;

use interceptor_core::Side;

use super::{
    Dialect, Exposition,
    exposition::{Row, Sample},
};
use calls::CALLS;
use wrong::{MESSAGES, WRONG};

const GOLDEN: [(&str, Side, &str); 4] = [
    ("async", Side::Server, include_str!("async_server.prom")),
    ("async", Side::Client, include_str!("async_client.prom")),
    ("sync", Side::Server, include_str!("sync_server.prom")),
    ("sync", Side::Client, include_str!("sync_client.prom")),
];

#[tokio::test(start_paused = true)]
async fn what_the_python_libraries_count_right_is_counted_the_same() {
    let mut report = Vec::new();
    for (library, side, golden) in GOLDEN {
        for (naming, dialect) in [
            ("current", Dialect::Python),
            ("legacy", Dialect::PythonLegacy),
        ] {
            for call in &CALLS {
                let ours = call.make(side, dialect).await;
                let theirs = section(golden, &format!("{naming} {}", call.name));
                let known = |family: &str| {
                    WRONG
                        .iter()
                        .any(|wrong| wrong.is(library, naming, side, call.name, family))
                };
                for difference in differences(known, &ours, &theirs) {
                    report.push(format!(
                        "{library} {naming} {side} {}: {difference}",
                        call.name
                    ));
                }
            }
        }
    }
    assert!(report.is_empty(), "{}", report.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn names_types_and_texts_are_those_of_the_python_libraries() {
    for (library, side, golden) in GOLDEN {
        for (naming, dialect) in [
            ("current", Dialect::Python),
            ("legacy", Dialect::PythonLegacy),
        ] {
            let ours = CALLS[6].make(side, dialect).await;
            let theirs = section(golden, &format!("{naming} bidi_ok"));
            for (name, family) in &ours.families {
                if !name.ends_with("_in_flight") {
                    assert_eq!(
                        Some(family),
                        theirs.families.get(name),
                        "{library} {naming} {name}"
                    );
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_originals_are_wrong_ours_are_right() {
    for side in [Side::Server, Side::Client] {
        for call in &CALLS {
            call.check(side, &call.make(side, Dialect::Python).await);
        }
    }
}

fn section(golden: &str, name: &str) -> Exposition {
    let head = format!("## {name}\n");
    let (_, rest) = golden
        .split_once(&head)
        .unwrap_or_else(|| panic!("no section `{name}`"));
    Exposition::read(rest.split("\n## ").next().unwrap())
}

/// What differs without being known to, and what does not differ although it is known to.
fn differences(
    is_known: impl Fn(&str) -> bool,
    ours: &Exposition,
    theirs: &Exposition,
) -> Vec<String> {
    let (ours, theirs) = (rows(ours), rows(theirs));
    let families: BTreeSet<&str> = ours
        .iter()
        .chain(&theirs)
        .map(|row| row.0.as_str())
        .collect();
    let of = |rows: &BTreeSet<Row>, family: &str| -> BTreeSet<Row> {
        rows.iter().filter(|row| row.0 == family).cloned().collect()
    };
    let mut found = Vec::new();
    for family in families {
        let (ours, theirs) = (of(&ours, family), of(&theirs, family));
        if (ours != theirs) != is_known(family) {
            found.push(format!("{family}:\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
    }
    found
}

/// Without what only time decides; without the gauge, which none of them has; and a counter at zero is as good as none.
fn rows(exposition: &Exposition) -> BTreeSet<Row> {
    let is_zero = |sample: &&Sample| sample.value == 0.0 && sample.name.ends_with("_total");
    let samples = exposition.samples.iter().filter(|sample| !is_zero(sample));
    let samples = samples.filter(|sample| !sample.name.ends_with("_in_flight"));
    let rows = samples.map(|sample| {
        let value = if is_timed(sample) {
            f64::NAN
        } else {
            sample.value
        };
        exposition.row(&Sample {
            value,
            ..sample.clone()
        })
    });
    rows.collect()
}

/// The histograms of messages count calls there, and messages here: of those the labels are compared.
fn is_timed(sample: &Sample) -> bool {
    let is_finite_bucket = sample.labels.get("le").is_some_and(|le| le != "+Inf");
    let is_of_messages = MESSAGES.iter().any(|family| sample.name.contains(family));
    sample.name.ends_with("_sum") || is_finite_bucket || is_of_messages
}
