//! Counts what a scenario allocates once: `allocations <scenario> <few> <more>`. It prints allocations and bytes.

#![allow(
    clippy::print_stdout,
    reason = "a command-line tool: its output is for the runner"
)]

use std::{
    alloc::{GlobalAlloc, Layout},
    env,
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use grpc_interceptor_benches::{Scenario, families};
use mimalloc::MiMalloc;

/// Counts, and leaves the work to mimalloc.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((scenario, few, more)) = parse(&arguments) else {
        eprintln!("allocations <scenario> <few> <more>, but it is {arguments:?}");
        return ExitCode::FAILURE;
    };
    allocated(scenario, few); // what is allocated once in the life of a program
    let (allocations, bytes) = allocated(scenario, few);
    let (more_allocations, more_bytes) = allocated(scenario, few + more);
    println!(
        "{} {}",
        each(allocations, more_allocations, more),
        each(bytes, more_bytes, more)
    );
    ExitCode::SUCCESS
}

fn parse(arguments: &[String]) -> Option<(Scenario, u32, u32)> {
    let [name, few, more] = arguments else {
        return None;
    };
    Some((
        families::scenario(name)?,
        few.parse().ok()?,
        more.parse().ok()?,
    ))
}

/// Allocations and bytes of so many times.
fn allocated(scenario: Scenario, times: u32) -> (u64, u64) {
    let before = (ALLOCATIONS.load(Relaxed), BYTES.load(Relaxed));
    (scenario.run)(times);
    (
        ALLOCATIONS.load(Relaxed) - before.0,
        BYTES.load(Relaxed) - before.1,
    )
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a few hundred calls are far below 2^52"
)]
fn each(few: u64, many: u64, more: u32) -> f64 {
    (many as f64 - few as f64) / f64::from(more)
}

fn count(bytes: usize) {
    ALLOCATIONS.fetch_add(1, Relaxed);
    BYTES.fetch_add(bytes as u64, Relaxed);
}

#[expect(
    unsafe_code,
    reason = "an allocator is an `unsafe impl`; each method hands on its contract as it is"
)]
// SAFETY: all memory is mimalloc's; counting touches two atomics, which do not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's promise is handed on.
        unsafe { MiMalloc.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller's promise is handed on.
        unsafe { MiMalloc.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, old: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: the caller's promise is handed on.
        unsafe { MiMalloc.realloc(old, layout, size) }
    }

    unsafe fn dealloc(&self, old: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is handed on.
        unsafe { MiMalloc.dealloc(old, layout) }
    }
}
