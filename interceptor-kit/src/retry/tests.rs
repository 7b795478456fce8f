//! The decision alone. What it comes to with a clock, a request and a peer is in `tests/retry`.

use std::time::Duration;

use interceptor_core::tonic::Code;

use super::*;
use crate::policy::{Backoff, RetryThrottling};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn policy(max_attempts: u32) -> Arc<RetryPolicy> {
    let backoff = Backoff::new(millis(100), millis(1_000), 2.0).unwrap();
    Arc::new(RetryPolicy::new(max_attempts, backoff, [Code::Unavailable]).unwrap())
}

fn retry() -> Retry {
    Retry::new().jitter(Jitter::off())
}

fn pushing_back(value: &str) -> Status {
    let mut status = Status::unavailable("later");
    let value = value.parse().unwrap();
    status
        .metadata_mut()
        .insert("grpc-retry-pushback-ms", value);
    status
}

fn again(wait: u64, previous_attempts: u32) -> Again {
    Again {
        wait: millis(wait),
        previous_attempts,
        is_transparent: false,
    }
}

#[test]
fn counts_attempts_and_waits_longer_each_time() {
    let retry = retry();
    let mut attempts = Attempts::new(&retry, Some(policy(4)), Side::Client);
    let failure = Status::unavailable("later");
    assert_eq!(attempts.after(&failure), Some(again(100, 1)));
    assert_eq!(attempts.after(&failure), Some(again(200, 2)));
    assert_eq!(attempts.after(&failure), Some(again(400, 3)));
    assert_eq!(attempts.after(&failure), None);
}

#[test]
fn a_pushback_sets_the_wait_and_begins_the_backoff_anew() {
    let retry = retry();
    let mut attempts = Attempts::new(&retry, Some(policy(5)), Side::Client);
    let failure = Status::unavailable("later");
    assert_eq!(attempts.after(&failure), Some(again(100, 1)));
    assert_eq!(attempts.after(&failure), Some(again(200, 2)));
    assert_eq!(attempts.after(&pushing_back("7")), Some(again(7, 3)));
    assert_eq!(attempts.after(&failure), Some(again(100, 4)));
}

#[test]
fn the_order_of_the_questions_is_that_of_a6() {
    let config = RetryThrottling::new(10.0, 0.5).unwrap();
    let after = |policy: Option<Arc<RetryPolicy>>, status: &Status| {
        let throttle = Throttle::new(config);
        let retry = retry().throttle(throttle.clone());
        let mut attempts = Attempts::new(&retry, policy, Side::Client);
        let is_retried = attempts.after(status).is_some();
        (is_retried, throttle.tokens().to_string())
    };
    let listed = Status::unavailable("listed");
    let other = Status::not_found("not listed");
    let is = |retried, tokens: &str| (retried, tokens.to_owned());
    assert_eq!(after(Some(policy(2)), &listed), is(true, "9"));
    assert_eq!(after(Some(policy(2)), &other), is(false, "10"));
    assert_eq!(after(Some(policy(2)), &pushing_back("-1")), is(false, "9"));
    assert_eq!(after(None, &listed), is(false, "10"));
    assert_eq!(after(None, &pushing_back("-1")), is(false, "9"));
}
