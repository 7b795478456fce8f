//! The table of what was run; a cell that is missing is a failure.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use interceptor_core::{CallKind, Side};

use crate::{
    cell::Cell,
    check::{Came, Check, Entry},
    mutants::Mutant,
    support::net::Transport,
};

const KINDS: [CallKind; 4] = [
    CallKind::UnaryUnary,
    CallKind::UnaryStream,
    CallKind::StreamUnary,
    CallKind::StreamStream,
];
const PLACES: [(Side, Transport); 4] = [
    (Side::Client, Transport::Duplex),
    (Side::Client, Transport::Tcp),
    (Side::Server, Transport::Duplex),
    (Side::Server, Transport::Tcp),
];

/// Prints the table. What is wrong with it, line by line.
pub(crate) fn report(checks: &[Check], mutants: &[Mutant], entries: &[Entry]) -> Vec<String> {
    let mut wrong = Vec::new();
    println!(
        "\n{:38}{}",
        "law",
        KINDS.map(|kind| format!("{kind:15}")).concat()
    );
    for check in checks {
        for (side, transport) in PLACES {
            let place = format!("{side} {transport:?}").to_lowercase();
            let mut line = format!("{:>3} {:20}{place:14}", check.id, check.name);
            for kind in KINDS {
                let cell = Cell {
                    kind,
                    side,
                    transport,
                };
                let _ = write!(line, "{:15}", said(check, cell, entries, &mut wrong));
            }
            println!("{}", line.trim_end());
        }
    }
    refusals(entries);
    times(checks, entries);
    for mutant in mutants {
        wrong.extend(rejection(mutant, entries));
    }
    wrong
}

fn said(check: &Check, cell: Cell, entries: &[Entry], wrong: &mut Vec<String>) -> &'static str {
    let mut found = entries
        .iter()
        .filter(|entry| entry.check == check.id && entry.cell == cell);
    let said = match (found.next(), found.next()) {
        (None, _) => Err("was not run".to_owned()),
        (Some(_), Some(_)) => Err("was run twice".to_owned()),
        (Some(entry), None) => entry.came_to.clone(),
    };
    match said {
        Ok(Came::Held) => "holds",
        Ok(Came::Refused(_)) => "-",
        Err(why) => {
            wrong.push(format!("{} {}, {cell}: {why}", check.id, check.name));
            "BROKEN"
        }
    }
}

/// What a dash in the table stands for.
fn refusals(entries: &[Entry]) {
    let mut refused = BTreeMap::<_, Vec<Cell>>::new();
    for entry in entries {
        if let Ok(Came::Refused(reason)) = entry.came_to {
            refused
                .entry((entry.check, reason))
                .or_default()
                .push(entry.cell);
        }
    }
    for ((check, reason), cells) in refused {
        println!("{check:>3} - in {} cells: {reason}", cells.len());
    }
}

/// How long each took, on its thread.
fn times(checks: &[Check], entries: &[Entry]) {
    for check in checks {
        let entries = entries.iter().filter(|entry| entry.check == check.id);
        let took: Duration = entries.map(|entry| entry.took).sum();
        println!("{:>3} took {took:.1?}", check.id);
    }
}

/// A line for each mutant. A mutant that nothing rejects is not a mutant.
fn rejection(mutant: &Mutant, entries: &[Entry]) -> Option<String> {
    let name = mutant.subject.name;
    let rejections: Vec<&str> = entries
        .iter()
        .flat_map(|entry| &entry.rejected)
        .filter_map(|(it, why)| (*it == name).then_some(&**why))
        .collect();
    let Some(why) = rejections.first() else {
        return Some(format!("the mutant {name} was rejected nowhere"));
    };
    let (law, count) = (mutant.law, rejections.len());
    println!("{law:>3} rejects {name} in {count} cells: {why:.150}");
    None
}
