//! Many calls at once, for a long time, through chains on both ends: random errors, callers that leave, deadlines,
//! connections that are cut and servers that are started anew. Behind it each call that started has ended, and neither a
//! task nor memory is left.
//!
//! `cargo test` runs it for two seconds, `cargo xtask soak` for ten minutes. `SOAK_SECONDS` and `SOAK_SEED` set both.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod callers;
mod chain;
mod random;
mod servers;

#[path = "../support/mod.rs"]
mod support;

use std::{env, time::Duration};

use peak_alloc::PeakAlloc;
use tokio::runtime::Handle;

use chain::Sides;
use servers::Servers;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const CALLERS: u64 = 64;

/// What may be left in memory: caches of the runtime and of the allocators of threads, which do not grow with the calls.
const SLACK_BYTES: usize = 1 << 20;

/// Until what was dropped is gone, in other tasks too.
const PATIENCE: Duration = Duration::from_secs(30);

fn setting(name: &str, default: u64) -> u64 {
    env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

/// What is there when nothing is under way.
#[derive(Debug, Clone, Copy)]
struct Rest {
    tasks: usize,
    bytes: usize,
}

#[test]
fn everything_that_starts_ends_and_nothing_is_left() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (seconds, seed) = (setting("SOAK_SECONDS", 2), setting("SOAK_SEED", 1));
    let callers = tokio::task::LocalSet::new();
    callers.block_on(&runtime, async {
        // What is made once is made here.
        run(Duration::from_secs(seconds).div_f64(5.0), seed).await;
        let before = rest(None).await;
        let sides = run(Duration::from_secs(seconds), seed + 1).await;
        let after = rest(Some(before)).await;
        println!("seed {seed}, {seconds} s\n{sides}\nbefore {before:?}\nafter  {after:?}");
        assert_eq!(after.tasks, before.tasks);
        assert!(
            after.bytes <= before.bytes + SLACK_BYTES,
            "{before:?}, then {after:?}"
        );
        // Or it was no soak: each side saw calls of both outcomes.
        sides.assert_busy();
    });
}

/// All callers, for so long; then everything is dropped, and each side's calls have ended.
async fn run(time: Duration, seed: u64) -> Sides {
    let sides = Sides::default();
    let servers = Servers::start(&sides, seed);
    let callers = (0..CALLERS).map(|caller| {
        let client = servers.client(&sides);
        tokio::task::spawn_local(callers::call_for(time, client, seed * CALLERS + caller))
    });
    let callers: Vec<_> = callers.collect();
    for caller in callers {
        caller.await.unwrap();
    }
    servers.stop().await;
    until("all calls have ended", || sides.are_quiet()).await;
    sides
}

/// Tasks end a moment after what they served: as many as before, or as few as it takes them to settle.
async fn rest(before: Option<Rest>) -> Rest {
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let goal = before.map_or(0, |before| before.tasks);
    until("all tasks have ended", || tasks() <= goal).await;
    Rest {
        tasks: tasks(),
        bytes: ALLOCATED.current_usage(),
    }
}

/// Lets the others run until it is so.
async fn until(what: &str, is_so: impl Fn() -> bool) {
    let wait = async {
        let mut tick = tokio::time::interval(Duration::from_millis(1));
        while !is_so() {
            tick.tick().await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, wait).await;
    assert!(waited.is_ok(), "{what}: not after {PATIENCE:?}");
}
