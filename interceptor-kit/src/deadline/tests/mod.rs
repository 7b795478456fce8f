mod calls;
mod limits;
mod requests;

use std::time::Duration;

use interceptor_core::tonic::Code;
use interceptor_test::{Case, Harness, Moment, Outcome, Peer, Recorder, Script};

use super::*;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A call with that much time.
fn harness(case: Case, timeout: Duration) -> Harness<Deadline> {
    Harness::new(case, Deadline::new()).deadline(timeout)
}

/// It ended after that time, with the code that a deadline has.
fn assert_exceeded(outcome: &Outcome, after: Duration) {
    assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
    assert_eq!(outcome.elapsed(), after, "{outcome}");
}
