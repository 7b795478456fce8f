//! Scenarios of grpc-go's `test/retry_test.go` and grpc-java's `RetriableStreamTest` on whole sequences of attempts.

use std::time::Duration;

use interceptor_core::{Side, tonic::Code};
use interceptor_kit::policy::{Backoff, Jitter, RetryPolicy};
use interceptor_test::{Case, Harness, Peer};

use super::{
    attempts, millis, retry_by,
    support::{echoes, ends, pushing_back, refuses},
    times,
};

fn short(max_attempts: u32, code: Code) -> RetryPolicy {
    let backoff = Backoff::new(millis(10), millis(10), 1.0).unwrap();
    RetryPolicy::new(max_attempts, backoff, [code]).unwrap()
}

/// `TestRetryUnary`.
#[tokio::test(start_paused = true)]
async fn retry_unary() {
    let outcomes = |index| match index {
        0 | 2 | 5 => Code::Ok,
        6 | 8 | 11 => Code::Internal,
        _ => Code::AlreadyExists,
    };
    let expected = [
        (Code::Ok, 0),
        (Code::Ok, 2),
        (Code::Ok, 5),
        (Code::Internal, 6),
        (Code::Internal, 8),
        (Code::Internal, 11),
        (Code::AlreadyExists, 15),
    ];
    for case in Case::all() {
        let peer = Peer::from_fn(move |attempt, _| match outcomes(attempt - 1) {
            Code::Ok => echoes(),
            code => ends(code),
        });
        let retry = retry_by(short(4, Code::AlreadyExists));
        let harness = Harness::new(case, retry).peer(peer);
        let mut count = 0;
        for (code, last) in expected {
            let outcome = harness.call().await;
            count += attempts(&outcome);
            assert_eq!((outcome.code(), count - 1), (code, last), "{outcome}");
        }
    }
}

/// Java's `expBackoff_maxBackoff_maxRetryAttempts`: 100 s, twice as long each time, 700 s at most.
#[tokio::test(start_paused = true)]
async fn exponential_backoff_maximum_backoff_and_maximum_attempts() {
    let seconds = Duration::from_secs;
    let backoff = Backoff::new(seconds(100), seconds(700), 2.0).unwrap();
    let policy = RetryPolicy::new(6, backoff, [Code::Unavailable, Code::DataLoss]).unwrap();
    for case in Case::all() {
        let retry = retry_by(policy.clone()).max_attempts_cap(6);
        let harness = Harness::new(case, retry).peer(Peer::from_fn(|attempt, _| {
            ends(if attempt % 2 == 0 {
                Code::DataLoss
            } else {
                Code::Unavailable
            })
        }));
        let outcome = harness.call().await;
        let at = [0, 100, 300, 700, 1_400, 2_100].map(seconds);
        assert_eq!(times(&outcome), at, "{outcome}");
        assert_eq!(outcome.elapsed(), at[5], "no wait behind the last");
    }
}

#[tokio::test(start_paused = true)]
async fn waits_are_spread_by_the_seed() {
    for case in Case::all() {
        let waits = |seed| async move {
            let retry = super::retry(5).jitter(Jitter::seeded(seed));
            let harness = Harness::new(case, retry).peer(Peer::reject(Code::Unavailable));
            times(&harness.call().await)
        };
        let (one, same, other) = (waits(1).await, waits(1).await, waits(2).await);
        assert_eq!(one, same);
        assert_ne!(one, other);
        let windows = [(80, 121), (160, 241), (320, 481), (640, 961)];
        for (pair, (low, high)) in one.windows(2).zip(windows) {
            let wait = pair[1].checked_sub(pair[0]).unwrap();
            assert!((millis(low)..=millis(high)).contains(&wait), "{wait:?}");
        }
    }
}

/// `TestRetryStats`: refused, then pushed back by 10 ms, then OK.
#[tokio::test(start_paused = true)]
async fn retry_stats() {
    let peer = Peer::from_fn(|attempt, _| match attempt {
        1 => refuses(),
        2 => ends(pushing_back(Code::Unavailable, "10")),
        _ => echoes(),
    });
    for case in Case::on(Side::Client) {
        let recorder = interceptor_test::Recorder::new("attempt").without_messages();
        let chain = (super::retry(4), recorder);
        let outcome = Harness::new(case, chain).peer(peer.clone()).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(times(&outcome), [0, 0, 10].map(millis));
        let events = outcome.timeline().interceptors();
        assert_eq!(events.matches("attempt call").count(), 3, "{events}");
        assert_eq!(events.matches("attempt end").count(), 3, "{events}");
    }
}

/// Java's `updateHeaders`, `notAdd0PrevRetryAttemptsToRespHeaders`, `addPrevRetryAttemptsToRespHeaders`: absent at 0, one's own
/// count, and not in the response here.
#[tokio::test(start_paused = true)]
async fn previous_attempts_are_not_in_the_response() {
    for case in Case::on(Side::Client) {
        let peer = Peer::fail_times(1, Code::Unavailable);
        let outcome = Harness::new(case, super::retry(2)).peer(peer).call().await;
        assert!(
            outcome
                .metadata()
                .get("grpc-previous-rpc-attempts")
                .is_none()
        );
        let peer = Peer::echo().metadata("grpc-previous-rpc-attempts", "9");
        let outcome = Harness::new(case, super::retry(2)).peer(peer).call().await;
        assert_eq!(
            outcome.header("grpc-previous-rpc-attempts"),
            Some("9"),
            "the server's stays"
        );
    }
}
