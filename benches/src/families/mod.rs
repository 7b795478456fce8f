//! One file a family of rows. A new one is a file here, and a line in [`COUNTED`].

mod auth;
mod boxed;
mod deadline;
mod further;
mod hedge;
mod layer;
mod messages;
mod metrics;
mod peers;
mod recovery;
mod retry;
mod seeing;

pub mod stack;

use crate::{Family, Scenario};

/// What the gate holds.
pub const COUNTED: &[Family] = &[
    layer::FAMILY,
    further::FAMILY,
    messages::FAMILY,
    metrics::FAMILY,
    boxed::FAMILY,
    deadline::FAMILY,
    hedge::FAMILY,
    retry::FAMILY,
    auth::FAMILY,
    recovery::FAMILY,
];

/// What is counted in the same way, and not held.
pub const PEERS: &[Family] = &[peers::FAMILY, seeing::FAMILY];

/// The scenario of this name.
#[must_use]
pub fn scenario(name: &str) -> Option<Scenario> {
    let rows = all().flat_map(|family| family.rows);
    let mut scenarios = rows.flat_map(|row| [Some(row.of), row.over]).flatten();
    scenarios.find(|scenario| scenario.name == name)
}

fn all() -> impl Iterator<Item = &'static Family> {
    COUNTED.iter().chain(PEERS)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// What a scenario checks, it checks here too: that all calls and messages get through.
    #[test]
    fn each_scenario_runs() {
        for row in all().flat_map(|family| family.rows) {
            (row.of.run)(2);
        }
    }

    /// The figures are kept by the rows' ids, and the programs know scenarios by their names.
    #[test]
    fn no_two_have_one_name() {
        let mut ids = BTreeSet::new();
        let mut names = BTreeMap::new();
        for row in all().flat_map(|family| family.rows) {
            assert!(ids.insert(row.id), "{}", row.id);
            for scenario in [Some(row.of), row.over].into_iter().flatten() {
                let run = *names.entry(scenario.name).or_insert(scenario.run as usize);
                assert_eq!(run, scenario.run as usize, "{}", scenario.name);
            }
        }
    }
}
