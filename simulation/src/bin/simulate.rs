//! `simulate --seeds <n> --calls <n of each type>`, `simulate --seed <n>`: runs seeds, and says which fails.

#![allow(
    clippy::print_stdout,
    reason = "a command-line tool: its output is for the terminal"
)]

use std::{
    env,
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Instant,
};

use simulation::{CALL_TYPES, Counts, Size, run};

struct Wanted {
    seeds: std::ops::Range<u64>,
    calls: u32,
}

struct Done {
    counts: Counts,
    failed: Vec<(u64, String)>,
}

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let Some(wanted) = wanted(&words) else {
        eprintln!("simulate [--seeds <n> | --seed <n>] [--calls <n>]");
        return ExitCode::FAILURE;
    };
    let began = Instant::now();
    let done = all(&wanted);
    let (seeds, of_each) = (wanted.seeds.end - wanted.seeds.start, wanted.calls);
    println!(
        "{seeds} seeds, {of_each} calls of each of {CALL_TYPES} types in the storm, {:.1?}",
        began.elapsed()
    );
    println!("{:#?}", done.counts);
    for (seed, why) in &done.failed {
        eprintln!(
            "\nseed {seed}: {why}\nalone: cargo xtask simulate --seed {seed} --calls {of_each}"
        );
    }
    if done.failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn wanted(words: &[String]) -> Option<Wanted> {
    let mut wanted = Wanted {
        seeds: 0..200,
        calls: 200,
    };
    for pair in words.chunks(2) {
        let [key, value] = pair else { return None };
        match key.as_str() {
            "--seeds" => wanted.seeds = 0..value.parse().ok()?,
            "--seed" => {
                let seed = value.parse().ok()?;
                wanted.seeds = seed..seed + 1;
            }
            "--calls" => wanted.calls = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(wanted)
}

/// On all cores: a simulation has a thread of its own.
fn all(wanted: &Wanted) -> Done {
    let next = AtomicU64::new(wanted.seeds.start);
    let done = Mutex::new(Done {
        counts: Counts::default(),
        failed: Vec::new(),
    });
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Relaxed);
                    if seed >= wanted.seeds.end {
                        return;
                    }
                    let outcome = run(seed, Size::of(wanted.calls));
                    let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                    match outcome {
                        Ok(counts) => done.counts += counts,
                        Err(why) => done.failed.push((seed, why)),
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}
