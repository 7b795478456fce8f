mod calls;
mod ready;
mod sizes;
mod swaps;

use std::time::Duration;

use interceptor_core::{Side, tonic::Code};
use interceptor_test::{Attempt, Case, Harness, Outcome, Peer, Script};

use super::*;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A config with one entry for all methods.
fn json(entry: &str) -> String {
    format!(r#"{{"methodConfig": [{{"name": [{{}}], {entry}}}]}}"#)
}

fn configured(entry: &str) -> Configured {
    Configured::new(ServiceConfig::from_json(&json(entry)).unwrap())
}

fn clients() -> impl Iterator<Item = Case> {
    Case::on(Side::Client)
}

/// `retryPolicy` with that many attempts, a second apart.
fn retry(attempts: u32) -> String {
    format!(
        r#""retryPolicy": {{"maxAttempts": {attempts}, "initialBackoff": "1s", "maxBackoff": "1s",
            "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]}}"#
    )
}

fn times(outcome: &Outcome) -> Vec<Duration> {
    outcome.attempts().iter().map(Attempt::at).collect()
}
