//! Does two things in turns, and prints how many times as much the first gets done: `pairs <id> <pairs>`.

#![allow(
    clippy::print_stdout,
    reason = "a command-line tool: its output is for the runner"
)]

mod blocking;
mod loopback;
mod replay;

use std::{env, process::ExitCode, time::Duration};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Does a slice of work, always the same, and tells how long it took.
type Slice = Box<dyn Fn() -> Duration>;

/// What is measured, and what it is measured against.
type Both = (Slice, Slice);

/// Starts servers and clients.
type Start = fn() -> Both;

/// The ids of `grpc_interceptor_benches::pair::LOOPBACK`, which this program does.
const BY_NAME: [(&str, Start); 10] = [
    ("loopback/unary", loopback::unary),
    ("loopback/replies", loopback::replies),
    ("loopback/tonic", loopback::tonic),
    ("loopback/tower", loopback::tower),
    ("loopback/sync-definition", blocking::definition),
    ("loopback/sync-caller", blocking::caller),
    ("loopback/replay-kept", replay::kept),
    ("loopback/replay-past-limit", replay::past_the_limit),
    ("loopback/replay-again", replay::again),
    ("loopback/nothing", loopback::nothing),
];

fn main() -> ExitCode {
    let [name, pairs] = [1, 2].map(|place| env::args().nth(place).unwrap_or_default());
    let both = BY_NAME.iter().find(|(known, _)| *known == name);
    if let (Some((_, both)), Ok(pairs)) = (both, pairs.parse()) {
        compare(&both(), pairs);
        ExitCode::SUCCESS
    } else {
        eprintln!("pairs <id> <pairs>, but it is `{name}` `{pairs}`");
        ExitCode::FAILURE
    }
}

/// Turns of a pair: slices are short, so that what else the machine does meets both alike.
const TURNS: u32 = 10;

/// Which of the two comes first changes from turn to turn, so that neither has what the other left warm.
fn compare((of, against): &Both, pairs: u32) {
    let _ = (of(), against()); // connections are made, and what is built once is built
    for _ in 0..pairs {
        let (mut times, mut times_against) = (Duration::ZERO, Duration::ZERO);
        for turn in 0..TURNS {
            if turn % 2 == 0 {
                times += of();
                times_against += against();
            } else {
                times_against += against();
                times += of();
            }
        }
        println!("{}", times_against.as_secs_f64() / times.as_secs_f64());
    }
}
