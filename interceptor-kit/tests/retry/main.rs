//! `Retry` as gRFC A6 has it: `docs/retry-checklist.md` says which test is for which of its rules.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod buffers;
mod commit;
mod deadline;
mod decision;
mod policy;
mod ported_streams;
mod ported_unary;
mod pushback;
mod throttle;
mod transparent;
mod wire;

#[path = "../support/raw.rs"]
mod raw;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use interceptor_core::tonic::Code;
use interceptor_kit::{
    policy::{Backoff, Jitter, PolicyTable, RetryPolicy},
    retry::Retry,
};
use interceptor_test::{Attempt, Outcome};

const ALL: &str = "/interceptor.test.Test/*";

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// 100 ms, then twice as long each time, one second at most; no jitter.
fn backoff() -> Backoff {
    Backoff::new(millis(100), millis(1_000), 2.0).unwrap()
}

fn policy(max_attempts: u32) -> RetryPolicy {
    RetryPolicy::new(max_attempts, backoff(), [Code::Unavailable, Code::DataLoss]).unwrap()
}

fn retry_by(policy: RetryPolicy) -> Retry {
    let policies = PolicyTable::new().policy(ALL, policy).unwrap();
    Retry::with(policies).jitter(Jitter::off())
}

/// So many attempts after UNAVAILABLE and `DATA_LOSS`.
fn retry(max_attempts: u32) -> Retry {
    retry_by(policy(max_attempts))
}

fn attempts(outcome: &Outcome) -> usize {
    outcome.attempts().len()
}

/// When each attempt began.
fn times(outcome: &Outcome) -> Vec<Duration> {
    outcome.attempts().iter().map(Attempt::at).collect()
}

/// What each attempt says of those before it.
fn previous(outcome: &Outcome) -> Vec<Option<&str>> {
    let attempts = outcome.attempts().iter();
    attempts
        .map(|attempt| attempt.header("grpc-previous-rpc-attempts"))
        .collect()
}
