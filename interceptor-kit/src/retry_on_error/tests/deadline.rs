//! What the deadline leaves, and which codes are tried again.

use interceptor_test::{Attempt, Case, Failure, Harness, Peer, Script};

use super::*;

// === the deadline ===

#[tokio::test(start_paused = true)]
async fn does_not_wait_for_what_comes_after_the_deadline() {
    for case in Case::all() {
        let harness = Harness::new(case, retry(5)).peer(Peer::reject(Code::Unavailable));
        // The second wait would end just when it passes.
        let outcome = harness.deadline(millis(1_500)).call().await;
        assert_eq!(outcome.code(), Code::Unavailable, "what happened says more");
        assert_eq!((attempts(&outcome), outcome.elapsed()), (2, millis(500)));
    }
}

#[tokio::test(start_paused = true)]
async fn does_not_retry_once_the_deadline_has_passed() {
    for case in Case::all() {
        let wait = WaitExponential::new(0.0, 0.0, 0.0).unwrap();
        let retry = RetryOnError::new(wait, 5).unwrap();
        let late = Peer::reject(Code::Unavailable).after(millis(700));
        let harness = Harness::new(case, retry).peer(late);
        let outcome = harness.deadline(millis(1_000)).call().await;
        assert_eq!((attempts(&outcome), outcome.elapsed()), (2, millis(1_400)));
    }
}

#[tokio::test(start_paused = true)]
async fn tells_the_peer_what_is_left_of_the_deadline() {
    for case in Case::all() {
        let harness = Harness::new(case, retry(5)).peer(Peer::fail_times(2, Code::Unavailable));
        let outcome = harness.deadline(millis(9_000)).call().await;
        let told: Vec<_> = outcome.attempts().iter().map(Attempt::timeout).collect();
        assert_eq!(told, [9_000, 8_500, 7_500].map(|left| Some(millis(left))));
    }
}

// === only ===

#[tokio::test(start_paused = true)]
async fn retries_no_codes_but_those_it_is_given() {
    let only = [Code::Unavailable, Code::NotFound];
    for case in Case::all() {
        for code in [Code::Unavailable, Code::NotFound, Code::Internal] {
            let harness = Harness::new(case, retry(2).only(only)).peer(Peer::reject(code));
            let outcome = harness.call().await;
            assert_eq!(outcome.code(), code);
            let count = if only.contains(&code) { 2 } else { 1 };
            assert_eq!(attempts(&outcome), count, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn takes_the_code_of_a_transport_error_from_the_specification() {
    for case in Case::all() {
        let lost = Peer::script(Script::new().fail(Failure::ConnectionLost));
        let harness = Harness::new(case, retry(2).only([Code::Unavailable]));
        let outcome = harness.peer(lost).call().await;
        assert_ne!(outcome.code(), Code::Unavailable, "tonic says it otherwise");
        assert_eq!(attempts(&outcome), 2, "{outcome}");
    }
}
