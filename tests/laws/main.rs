//! The laws of DESIGN section 11, each as one function over a way to put interceptors around a service, in each call type,
//! on each side, over a pipe and over TCP. Each has to hold for our layers, and has to reject its mutants. The functions are
//! those of `interceptor-test`, with which users check interceptors of theirs; each mutant is planted there, too.
//!
//! It has no test harness of Rust's, because it prints the table of what it ran: law × call type × side × transport.
//! `cargo test --test laws -- 5` runs law 5 alone.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test says what went wrong by panicking, and this one prints a table"
)]

mod cell;
mod check;
mod laws;
mod matrix;
mod pitfalls;
mod planted;
mod recorder;

#[path = "../mutants/mod.rs"]
mod mutants;
#[path = "../../interceptor-core/tests/support/mod.rs"]
mod support;

use std::{
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Instant,
};

use self::{
    cell::Cell,
    check::{Check, Entry},
    mutants::Mutant,
};

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let mut checks = laws::all();
    checks.extend(pitfalls::all());
    if asked.iter().any(|it| it == "--list") {
        for check in &checks {
            println!("law {} {}: test", check.id, check.name);
        }
        return ExitCode::SUCCESS;
    }
    let total = checks.len();
    let chosen = chosen(checks, &asked);
    let all = chosen.len() == total;
    run(&chosen, all)
}

/// Those whose number or name was asked for; all, if nothing was.
fn chosen(mut checks: Vec<Check>, asked: &[String]) -> Vec<Check> {
    let words: Vec<_> = asked.iter().filter(|it| !it.starts_with('-')).collect();
    let is_asked = |check: &Check| {
        let is = |word: &&String| check.id == **word || check.name.contains(&***word);
        words.is_empty() || words.iter().any(is)
    };
    checks.retain(is_asked);
    checks
}

/// The table of pitfalls is printed when nothing is left out.
fn run(checks: &[Check], all: bool) -> ExitCode {
    let began = Instant::now();
    check::collect_panics();
    let is_of = |mutant: &Mutant| checks.iter().any(|check| check.id == mutant.law);
    let mutants: Vec<_> = mutants::all().into_iter().filter(is_of).collect();
    let entries = run_cells(checks, &mutants);
    let planted = planted::report(&mutants);
    let _ = std::panic::take_hook();

    let mut wrong = matrix::report(checks, &mutants, &entries);
    wrong.extend(planted);
    if all {
        wrong.extend(pitfalls::table::report(&mutants));
    }
    let (checks, cells, mutants) = (checks.len(), entries.len(), mutants.len());
    println!(
        "\n{checks} checks, {cells} cells, {mutants} mutants, {:.1?}",
        began.elapsed()
    );
    for line in &wrong {
        eprintln!("FAILED {line}");
    }
    ExitCode::from(u8::from(!wrong.is_empty()))
}

/// All cells of all laws, on as many threads as there are cores.
fn run_cells(checks: &[Check], mutants: &[Mutant]) -> Vec<Entry> {
    let cells = Cell::all();
    let jobs: Vec<_> = checks
        .iter()
        .flat_map(|check| cells.iter().map(move |cell| (check, *cell)))
        .collect();
    let (next, entries) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((check, cell)) = jobs.get(next.fetch_add(1, Relaxed)) {
            let entry = check.run(*cell, mutants);
            entries.lock().unwrap().push(entry);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    entries.into_inner().unwrap()
}
