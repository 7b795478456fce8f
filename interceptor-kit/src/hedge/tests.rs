//! The decision alone. What it comes to with a clock, a request and a peer is in `tests/hedge`.

use std::time::{Duration, Instant};

use interceptor_core::{
    Side,
    tonic::{Code, Status},
};

use super::{
    Hedge,
    plan::{Plan, Verdict},
};
use crate::policy::HedgingPolicy;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn policy() -> HedgingPolicy {
    let policy = HedgingPolicy::new(4).unwrap().delay(millis(500));
    policy.non_fatal([Code::Unavailable]).unwrap()
}

fn capped(attempts: u32) -> Hedge {
    Hedge::new().max_attempts_cap(attempts)
}

#[test]
fn hedges_are_due_a_delay_apart() {
    let (policy, start) = (policy(), Instant::now());
    let hedge = capped(3);
    let mut plan = Plan::new(&policy, &hedge, Side::Client);
    assert_eq!(plan.first(start), 0);
    assert_eq!(plan.due(start + millis(499)), None);
    assert_eq!(plan.due(start + millis(500)), Some(1));
    assert_eq!(plan.next(), Some(start + millis(1_000)));
    assert_eq!(plan.due(start + millis(1_000)), Some(2));
    assert_eq!(plan.next(), None, "the cap");
}

#[test]
fn a_non_fatal_end_brings_the_next_one_forward() {
    let (policy, start) = (policy(), Instant::now());
    let hedge = capped(5);
    let mut plan = Plan::new(&policy, &hedge, Side::Client);
    plan.first(start);
    let failed = start + millis(20);
    let status = Status::unavailable("later");
    assert_eq!(plan.after(&status, failed), Verdict::NonFatal);
    assert_eq!(plan.due(failed), Some(1));
    assert_eq!(plan.next(), Some(failed + millis(500)));
}

#[test]
fn what_is_frozen_stays_so() {
    let (policy, start) = (policy(), Instant::now());
    let hedge = capped(5);
    let mut plan = Plan::new(&policy, &hedge, Side::Client);
    plan.first(start);
    plan.freeze();
    let status = Status::unavailable("later");
    assert_eq!(plan.after(&status, start), Verdict::NonFatal);
    assert_eq!((plan.next(), plan.due(start + millis(9_000))), (None, None));
}

#[test]
fn our_own_ends_are_fatal() {
    let policy = policy().non_fatal((1..=16).map(Code::from_i32)).unwrap();
    for status in [Status::cancelled("here"), Status::deadline_exceeded("here")] {
        let hedge = capped(5);
        let mut plan = Plan::new(&policy, &hedge, Side::Client);
        plan.first(Instant::now());
        assert_eq!(plan.after(&status, Instant::now()), Verdict::Fatal);
    }
}
