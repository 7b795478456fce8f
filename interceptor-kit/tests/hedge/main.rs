//! `Hedge` as gRFC A6 has it: `docs/retry-checklist.md` says which test is for which of its rules.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod decides;
mod policy;
mod streams;
mod timing;
mod tokens;
mod transparent;
mod wire;

#[path = "../support/raw.rs"]
mod raw;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use interceptor_core::tonic::Code;
use interceptor_kit::{
    hedge::Hedge,
    policy::{HedgingPolicy, PolicyTable},
};
use interceptor_test::{Attempt, Outcome, Peer, Script};

const ALL: &str = "/interceptor.test.Test/*";

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// So many hedges, that far apart; UNAVAILABLE and `DATA_LOSS` are not fatal.
fn policy(max_attempts: u32, delay: u64) -> HedgingPolicy {
    let policy = HedgingPolicy::new(max_attempts)
        .unwrap()
        .delay(millis(delay));
    policy
        .non_fatal([Code::Unavailable, Code::DataLoss])
        .unwrap()
}

fn hedge_by(policy: HedgingPolicy) -> Hedge {
    Hedge::with(PolicyTable::new().policy(ALL, policy).unwrap())
}

fn hedge(max_attempts: u32, delay: u64) -> Hedge {
    hedge_by(policy(max_attempts, delay))
}

fn attempts(outcome: &Outcome) -> usize {
    outcome.attempts().len()
}

/// When each hedge began.
fn times(outcome: &Outcome) -> Vec<Duration> {
    outcome.attempts().iter().map(Attempt::at).collect()
}

/// A script for each hedge.
fn peer(scripts: impl IntoIterator<Item = Script>) -> Peer {
    Peer::sequence(scripts.into_iter().map(Peer::script))
}

/// Reads all, and ends with that so much later.
fn ends_after(time: u64, status: impl interceptor_test::IntoStatus) -> Script {
    Script::new().read_all().wait(millis(time)).end(status)
}

/// Sends back what comes, so much later.
fn echoes_after(time: u64) -> Script {
    Script::new().wait(millis(time)).echo().end(Code::Ok)
}

fn hangs() -> Script {
    Script::new().read_all().hang()
}
