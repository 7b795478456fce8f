//! One deadline over all attempts, and a caller that goes away (1.12 of the checklist).

use interceptor_core::tonic::Code;
use interceptor_kit::policy::AttemptCounts;
use interceptor_test::{Attempt, Case, Ending, Harness, Moment, Peer, ScriptedBody};

use super::{
    attempts, millis, retry,
    support::{echoes, ends, pushing_back},
    times,
};

#[tokio::test(start_paused = true)]
async fn that_has_passed_before_the_start_makes_no_attempt() {
    for case in Case::all() {
        let outcome = Harness::new(case, retry(4))
            .deadline(millis(0))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::DeadlineExceeded, 0),
            "{outcome}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn that_passes_in_the_backoff_ends_the_call_when_it_passes() {
    for case in Case::all() {
        let counts = AttemptCounts::default();
        let harness = Harness::new(case, retry(4)).extension(counts.clone());
        let harness = harness.peer(Peer::reject(Code::Unavailable));
        let outcome = harness.deadline(millis(250)).call().await;
        assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
        assert_eq!(outcome.elapsed(), millis(250));
        assert_eq!(times(&outcome), [0, 100].map(millis));
        assert_eq!(
            (counts.retries(), counts.waited()),
            (1, millis(250)),
            "what was made and waited, not what was to be"
        );
    }
}

/// P25, as far as it is a retry's: an attempt that is never answered ends with the deadline, and is not made again.
#[tokio::test(start_paused = true)]
async fn that_passes_in_an_attempt_cancels_it_and_is_final() {
    for case in Case::all() {
        let peer = Peer::sequence([Peer::reject(Code::Unavailable), Peer::hang()]);
        let harness = Harness::new(case, retry(4)).peer(peer);
        let outcome = harness.deadline(millis(250)).call().await;
        assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
        assert_eq!((attempts(&outcome), outcome.elapsed()), (2, millis(250)));
        assert!(outcome.attempts()[1].is_dropped());
    }
}

/// The server sees the same deadline, and says CANCELLED as it passes.
#[tokio::test(start_paused = true)]
async fn that_has_passed_is_said_whatever_the_server_says() {
    for case in Case::all() {
        for code in [Code::Cancelled, Code::Unavailable] {
            let peer = Peer::reject(code).after(millis(250));
            let harness = Harness::new(case, retry(4)).peer(peer);
            let outcome = harness.deadline(millis(250)).call().await;
            assert_eq!(
                (outcome.code(), attempts(&outcome)),
                (Code::DeadlineExceeded, 1)
            );
            assert!(outcome.status().metadata().get("x-late").is_none());
        }
    }
}

/// P26: what is left is told anew, rounded down, and less each time.
#[tokio::test(start_paused = true)]
async fn is_told_anew_to_each_attempt() {
    for case in Case::all() {
        let harness = Harness::new(case, retry(4)).peer(Peer::reject(Code::Unavailable));
        let outcome = harness.deadline(millis(9_000)).call().await;
        let told: Vec<_> = outcome.attempts().iter().map(Attempt::timeout).collect();
        assert_eq!(
            told,
            [9_000, 8_900, 8_700, 8_300].map(|left| Some(millis(left)))
        );
    }
}

#[tokio::test(start_paused = true)]
async fn that_is_malformed_is_none() {
    for case in Case::all() {
        let harness = Harness::new(case, retry(2)).metadata("grpc-timeout", "5x");
        let outcome = harness
            .peer(Peer::fail_times(1, Code::Unavailable))
            .call()
            .await;
        assert_eq!((outcome.code(), attempts(&outcome)), (Code::Ok, 2));
        assert_eq!(outcome.attempts()[1].header("grpc-timeout"), Some("5x"));
    }
}

/// Ported: Java's `retry_cancelWhileBackoff`.
#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_in_the_backoff_ends_it() {
    for case in Case::all() {
        let body = ScriptedBody::new().message("one");
        let probe = body.probe();
        let harness = Harness::new(case, retry(4)).request_body(body);
        let harness = harness.cancel_at(Moment::Elapsed(millis(50)));
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        assert_eq!(
            (outcome.ending(), attempts(&outcome)),
            (Ending::Cancelled, 1)
        );
        assert!(probe.is_dropped(), "the request is let go");
    }
}

/// Ported: Java's `cancel_closed` and `retry_cancel_closed`.
#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_ends_the_attempt_under_way() {
    for case in Case::all() {
        let peer = Peer::sequence([Peer::reject(Code::Unavailable), Peer::hang()]);
        let harness = Harness::new(case, retry(4)).peer(peer);
        let outcome = harness
            .cancel_at(Moment::Elapsed(millis(60_000)))
            .call()
            .await;
        assert_eq!(
            (outcome.ending(), attempts(&outcome)),
            (Ending::Cancelled, 2)
        );
        assert!(outcome.attempts()[1].is_dropped(), "{outcome}");
    }
}

/// Ported: Java's races of a cancellation with the end of an attempt, at each point at which the call waits.
#[tokio::test(start_paused = true)]
async fn a_caller_may_go_away_at_any_moment() {
    let peer = || {
        Peer::from_fn(|attempt, _| match attempt {
            1 | 2 => ends(Code::Unavailable),
            3 => ends(pushing_back(Code::Unavailable, "0")),
            _ => echoes(),
        })
    };
    for case in Case::all() {
        for polls in 0.. {
            let retry = retry(5);
            let harness = Harness::new(case, retry.clone()).cancel_at(Moment::Polls(polls));
            let outcome = harness.peer(peer()).request_pause(millis(7)).call().await;
            assert_eq!(retry.buffered_bytes(), 0);
            if outcome.ending() != Ending::Cancelled {
                assert_eq!(
                    (outcome.code(), attempts(&outcome)),
                    (Code::Ok, 4),
                    "{outcome}"
                );
                break;
            }
            let all = case.requests();
            for attempt in outcome.attempts() {
                assert!(all.starts_with(attempt.messages()), "{outcome}");
            }
        }
    }
}
