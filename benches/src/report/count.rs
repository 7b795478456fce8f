//! Runs scenarios in programs of their own, and counts.

use std::{
    collections::BTreeMap,
    process::Command,
    sync::Mutex,
    thread::{self, ScopedJoinHandle, available_parallelism},
};

use super::{
    Outcome,
    program::{run, sibling},
};
use crate::{Family, Row, Scenario};

/// What something costs once.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Cost {
    /// Instructions, by callgrind.
    pub instructions: f64,
    /// Allocations and reallocations.
    pub allocations: f64,
    /// What they asked for, in bytes.
    pub bytes: f64,
}

/// The cost of each scenario, by its name.
pub type Costs = BTreeMap<&'static str, Cost>;

/// How often a scenario is run, and how often more.
const FEW: u32 = 200;
const MORE: u32 = 500;

/// Counts all scenarios of these families, as many at once as there are cores: instructions do not depend on the time.
///
/// # Errors
///
/// If a program cannot be run, or does not say what it should.
pub fn all(families: &[Family]) -> Outcome<Costs> {
    let rows = families.iter().flat_map(|family| family.rows);
    let scenarios = rows.flat_map(|row| [Some(row.of), row.over]).flatten();
    let scenarios: BTreeMap<_, _> = scenarios.map(|it| (it.name, it)).collect();

    let left = Mutex::new(scenarios.into_values());
    let costs = Mutex::new(Costs::new());
    let workers = available_parallelism().map_or(1, Into::into);
    let work = || -> Outcome {
        while let Some(scenario) = take(&left) {
            let cost = cost(scenario)?;
            eprintln!("  {:<40} {}", scenario.name, cost);
            lock(&costs).insert(scenario.name, cost);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut ends = workers.into_iter().map(ScopedJoinHandle::join);
        ends.try_for_each(|end| end.unwrap_or_else(|_| Err("a worker panicked".into())))
    })?;
    Ok(costs.into_inner().unwrap_or_default())
}

/// What a row says, given the scenarios' costs.
#[must_use]
pub fn of_row(row: &Row, costs: &Costs) -> Cost {
    let of = |scenario: Scenario| costs.get(scenario.name).copied().unwrap_or_default();
    let (with, without) = (of(row.of), row.over.map(of).unwrap_or_default());
    let part = |with: f64, without: f64| (with - without) / f64::from(row.among);
    Cost {
        instructions: part(with.instructions, without.instructions),
        allocations: part(with.allocations, without.allocations),
        bytes: part(with.bytes, without.bytes),
    }
}

fn take(left: &Mutex<impl Iterator<Item = Scenario>>) -> Option<Scenario> {
    lock(left).next()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn cost(scenario: Scenario) -> Outcome<Cost> {
    let few = instructions(scenario, FEW)?;
    let many = instructions(scenario, FEW + MORE)?;
    let (allocations, bytes) = allocations(scenario)?;
    Ok(Cost {
        instructions: (many - few) / f64::from(MORE),
        allocations,
        bytes,
    })
}

fn instructions(scenario: Scenario, times: u32) -> Outcome<f64> {
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(sibling("counted")?)
        .args([scenario.name, &times.to_string()]);
    let said = run(&mut command)?;
    let count = said
        .lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, count)| count.trim().parse().ok());
    count.ok_or_else(|| format!("callgrind did not say what it collected:\n{said}"))
}

fn allocations(scenario: Scenario) -> Outcome<(f64, f64)> {
    let mut command = Command::new(sibling("allocations")?);
    command.args([scenario.name, &FEW.to_string(), &MORE.to_string()]);
    let said = run(&mut command)?;
    let mut numbers = said.split_whitespace().map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(allocations)), Some(Ok(bytes))) => Ok((allocations, bytes)),
        _ => Err(format!("no two numbers: {said}")),
    }
}

// === impl Cost ===

impl From<[f64; 3]> for Cost {
    fn from([instructions, allocations, bytes]: [f64; 3]) -> Self {
        Self {
            instructions,
            allocations,
            bytes,
        }
    }
}

impl From<Cost> for [f64; 3] {
    fn from(cost: Cost) -> Self {
        [cost.instructions, cost.allocations, cost.bytes]
    }
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            instructions,
            allocations,
            bytes,
        } = self;
        write!(
            f,
            "{instructions:>9.1} instructions {allocations:>6.2} allocations {bytes:>8.1} bytes"
        )
    }
}
