//! `grpc-retry-pushback-ms` (A6; 1.5 of the checklist).

use interceptor_core::{Side, tonic::Code};
use interceptor_kit::policy::{RetryThrottling, Throttle};
use interceptor_test::{Case, Harness, Peer, Script};

use super::{
    attempts, millis, retry,
    support::{echoes, ends, pushing_back},
    times,
};

const LISTED: Code = Code::Unavailable;
const NOT_LISTED: Code = Code::NotFound;

/// One value for each attempt; then what comes is sent back.
fn pushes_back(values: &'static [Option<&'static str>]) -> Peer {
    Peer::from_fn(move |attempt, _| match values.get(attempt - 1) {
        Some(Some(value)) => ends(pushing_back(LISTED, value)),
        Some(None) => ends(LISTED),
        None => echoes(),
    })
}

#[tokio::test(start_paused = true)]
async fn is_waited_for_exactly() {
    for case in Case::all() {
        for (value, wait) in [("0", 0), ("7", 7), ("1000", 1_000), ("86400", 86_400)] {
            let peer = Peer::from_fn(move |attempt, _| match attempt {
                1 => ends(pushing_back(LISTED, value)),
                _ => echoes(),
            });
            let outcome = Harness::new(case, retry(2)).peer(peer).call().await;
            assert_eq!(times(&outcome), [millis(0), millis(wait)], "{outcome}");
        }
    }
}

/// Ported: Java's `pushback`: 123 ms and 4,567,000 ms exactly, then the backoff from its beginning; not at the last attempt.
#[tokio::test(start_paused = true)]
async fn begins_the_backoff_anew() {
    let values = &[Some("123"), Some("4567"), None, None, None, Some("1")];
    for case in Case::all() {
        let retry = retry(6).max_attempts_cap(6);
        let outcome = Harness::new(case, retry)
            .peer(pushes_back(values))
            .call()
            .await;
        let waits = [0, 123, 4_567, 100, 200, 400];
        let mut at = 0;
        let expected = waits.map(|wait| {
            at += wait;
            millis(at)
        });
        assert_eq!(times(&outcome), expected, "{outcome}");
        assert_eq!(outcome.code(), LISTED, "and none behind the last one");
    }
}

#[tokio::test(start_paused = true)]
async fn another_one_behind_a_backoff_counts_too() {
    let values = &[None, None, Some("5"), None];
    for case in Case::all() {
        let outcome = Harness::new(case, retry(5))
            .peer(pushes_back(values))
            .call()
            .await;
        assert_eq!(
            times(&outcome),
            [0, 100, 300, 305, 405].map(millis),
            "{outcome}"
        );
    }
}

/// Ported: `TestRetryStreaming`, the three that stop; Java's `pushback_noRetry`.
#[tokio::test(start_paused = true)]
async fn all_that_is_no_number_stops() {
    for case in Case::all() {
        for value in ["-1", "xxx", "", "+10", "10.5", "2147483648", "1 0"] {
            let peer = Peer::reject(pushing_back(LISTED, value));
            let outcome = Harness::new(case, retry(4)).peer(peer).call().await;
            assert_eq!(
                (attempts(&outcome), outcome.code()),
                (1, LISTED),
                "{value:?} {outcome}"
            );
        }
        let mut twice = pushing_back(LISTED, "100");
        twice
            .metadata_mut()
            .append("grpc-retry-pushback-ms", "10".parse().unwrap());
        let outcome = Harness::new(case, retry(4))
            .peer(Peer::reject(twice))
            .call()
            .await;
        assert_eq!(attempts(&outcome), 1, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn with_a_code_that_is_not_listed_there_is_no_retry() {
    for case in Case::all() {
        let peer = Peer::reject(pushing_back(NOT_LISTED, "10"));
        let outcome = Harness::new(case, retry(4)).peer(peer).call().await;
        assert_eq!((attempts(&outcome), outcome.code()), (1, NOT_LISTED));
    }
}

#[tokio::test(start_paused = true)]
async fn does_not_make_attempts_that_the_policy_has_not() {
    for case in Case::all() {
        let peer = Peer::reject(pushing_back(LISTED, "10"));
        let outcome = Harness::new(case, retry(3)).peer(peer).call().await;
        assert_eq!(times(&outcome), [0, 10, 20].map(millis));
    }
}

#[tokio::test(start_paused = true)]
async fn does_not_help_a_call_that_is_throttled() {
    for case in Case::all() {
        let throttle = Throttle::new(RetryThrottling::new(2.0, 0.1).unwrap());
        let peer = Peer::reject(pushing_back(LISTED, "10"));
        let retry = retry(3).throttle(throttle);
        assert_eq!(
            attempts(&Harness::new(case, retry).peer(peer).call().await),
            1
        );
    }
}

/// Ported: Java's `throttledStream_{Retriable,NonRetriable}` × {no, positive, stop}.
#[tokio::test(start_paused = true)]
async fn takes_tokens_by_the_code_and_always_when_it_stops() {
    for case in Case::all() {
        for (code, value, tokens) in [
            (LISTED, None, "9"),
            (LISTED, Some("10"), "9"),
            (LISTED, Some("-1"), "9"),
            (NOT_LISTED, None, "10"),
            (NOT_LISTED, Some("10"), "10"),
            (NOT_LISTED, Some("-1"), "9"),
        ] {
            let peer = Peer::from_fn(move |attempt, _| match (attempt, value) {
                (1, Some(value)) => ends(pushing_back(code, value)),
                (1, None) => ends(code),
                _ => ends(NOT_LISTED),
            });
            let throttle = Throttle::new(RetryThrottling::new(10.0, 0.5).unwrap());
            let retry = retry(4).throttle(throttle.clone());
            Harness::new(case, retry).peer(peer).call().await;
            assert_eq!(throttle.tokens().to_string(), tokens, "{code:?} {value:?}");
        }
    }
}

/// A stop takes a token from a call without a policy, too.
#[tokio::test(start_paused = true)]
async fn that_stops_takes_a_token_without_a_policy() {
    for case in Case::all() {
        let throttle = Throttle::new(RetryThrottling::new(10.0, 0.5).unwrap());
        let retry = super::Retry::new().throttle(throttle.clone());
        let peer = Peer::reject(pushing_back(LISTED, "-1"));
        Harness::new(case, retry).peer(peer).call().await;
        assert_eq!(throttle.tokens().to_string(), "9");
    }
}

#[tokio::test(start_paused = true)]
async fn means_nothing_in_a_response_that_has_begun_or_is_ok() {
    for case in Case::on(Side::Client) {
        let throttle = Throttle::new(RetryThrottling::new(10.0, 0.5).unwrap());
        for code in [Code::Ok, LISTED] {
            let script = Script::new().read_all().headers().send("one").end(code);
            let peer = Peer::script(script);
            let peer = peer.trailer("grpc-retry-pushback-ms", "10");
            let peer = peer.metadata("grpc-retry-pushback-ms", "-1");
            let retry = retry(4).throttle(throttle.clone());
            let outcome = Harness::new(case, retry).peer(peer).call().await;
            assert_eq!((attempts(&outcome), outcome.code()), (1, code), "{outcome}");
        }
        assert_eq!(throttle.tokens().to_string(), "10");
    }
}

#[tokio::test(start_paused = true)]
async fn beyond_the_deadline_is_waited_for_up_to_the_deadline() {
    for case in Case::all() {
        let peer = Peer::reject(pushing_back(LISTED, "60000"));
        let harness = Harness::new(case, retry(4)).peer(peer);
        let outcome = harness.deadline(millis(1_500)).call().await;
        assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
        assert_eq!((attempts(&outcome), outcome.elapsed()), (1, millis(1_500)));
    }
}

/// tonic's server puts the metadata of an error status into its answer without a body.
#[tokio::test(start_paused = true)]
async fn leaves_a_server_in_the_headers() {
    for case in Case::on(Side::Server) {
        let peer = Peer::reject(pushing_back(NOT_LISTED, "250"));
        let outcome = Harness::new(case, retry(4)).peer(peer).call().await;
        assert!(outcome.is_trailers_only());
        assert_eq!(
            outcome.header("grpc-retry-pushback-ms"),
            Some("250"),
            "{outcome}"
        );
    }
}
