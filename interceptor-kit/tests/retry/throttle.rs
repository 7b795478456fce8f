//! Tokens (A6; 1.6 of the checklist).

use interceptor_core::{Side, tonic::Code};
use interceptor_kit::policy::{RetryThrottling, Throttle};
use interceptor_test::{Case, Harness, Moment, Peer, Script};

use super::{
    attempts, millis, retry,
    support::{echoes, ends, refuses},
};

fn throttle(max: f64, ratio: f64) -> Throttle {
    Throttle::new(RetryThrottling::new(max, ratio).unwrap())
}

/// Ported: `TestRetryThrottling`, with the figures of the rules.
#[tokio::test(start_paused = true)]
async fn the_worked_sequence_comes_out_to_the_figure() {
    let succeeds = [0, 3, 6, 10, 11, 12, 13, 14, 16, 18];
    let expected = [
        (Code::Ok, 0, "10"),
        (Code::Ok, 3, "8.5"),
        (Code::Ok, 6, "7"),
        (Code::Unavailable, 8, "5"),
        (Code::Unavailable, 9, "4"),
        (Code::Ok, 10, "4.5"),
        (Code::Ok, 11, "5"),
        (Code::Ok, 12, "5.5"),
        (Code::Ok, 13, "6"),
        (Code::Ok, 14, "6.5"),
        (Code::Ok, 16, "6"),
        (Code::Unavailable, 17, "5"),
    ];
    for case in Case::all() {
        let peer = Peer::from_fn(move |attempt, _| {
            if succeeds.contains(&(attempt - 1)) {
                echoes()
            } else {
                ends(Code::Unavailable)
            }
        });
        let throttle = throttle(10.0, 0.5);
        let harness = Harness::new(case, retry(4).throttle(throttle.clone())).peer(peer);
        let mut last = 0;
        for (call, (code, index, tokens)) in expected.into_iter().enumerate() {
            let outcome = harness.call().await;
            last += attempts(&outcome);
            let seen = (outcome.code(), last - 1, throttle.tokens().to_string());
            assert_eq!(
                seen,
                (code, index, tokens.to_owned()),
                "call {call} of {case}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_call_with_some_failures_and_then_ok_takes_as_many_and_gives_its_ratio() {
    for case in Case::all() {
        let throttle = throttle(10.0, 0.3);
        let peer = Peer::fail_times(3, Code::Unavailable);
        let retry = retry(4).throttle(throttle.clone());
        let outcome = Harness::new(case, retry).peer(peer).call().await;
        assert_eq!(outcome.code(), Code::Ok);
        assert_eq!(throttle.tokens().to_string(), "7.3");
    }
}

#[tokio::test(start_paused = true)]
async fn the_failure_that_uses_up_the_attempts_takes_a_token_too() {
    for case in Case::all() {
        let throttle = throttle(10.0, 0.3);
        let retry = retry(3).throttle(throttle.clone());
        let harness = Harness::new(case, retry).peer(Peer::reject(Code::Unavailable));
        assert_eq!(attempts(&harness.call().await), 3);
        assert_eq!(throttle.tokens().to_string(), "7");
    }
}

#[tokio::test(start_paused = true)]
async fn a_throttled_call_ends_at_once_and_its_first_attempt_is_always_sent() {
    for case in Case::all() {
        let throttle = throttle(1.0, 0.1);
        let harness = Harness::new(case, retry(4).throttle(throttle.clone()));
        let harness = harness.peer(Peer::reject(Code::Unavailable));
        for _ in 0..3 {
            let outcome = harness.call().await;
            assert_eq!((attempts(&outcome), outcome.elapsed()), (1, millis(0)));
            assert_eq!(throttle.tokens().to_string(), "0");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn transparent_retries_take_no_tokens() {
    for case in Case::on(Side::Client) {
        let throttle = throttle(10.0, 0.5);
        let peer = Peer::from_fn(|attempt, _| {
            if attempt == 1 {
                refuses()
            } else {
                ends(Code::NotFound)
            }
        });
        let retry = retry(4).throttle(throttle.clone());
        assert_eq!(
            attempts(&Harness::new(case, retry).peer(peer).call().await),
            2
        );
        assert_eq!(throttle.tokens().to_string(), "10");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_behind_the_commitment_takes_none() {
    for case in Case::on(Side::Client) {
        let throttle = throttle(10.0, 0.5);
        let with = |max| retry(4).throttle(throttle.clone()).max_buffered_bytes(max);
        let peer = Peer::fail_after(1, Code::Unavailable);
        Harness::new(case, with(1_000)).peer(peer).call().await;
        Harness::new(case, with(0))
            .peer(Peer::reject(Code::Unavailable))
            .call()
            .await;
        assert_eq!(throttle.tokens().to_string(), "10");
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_counts_at_the_final_ok() {
    for case in Case::all() {
        let throttle = throttle(10.0, 0.5);
        while throttle.tokens() > 0.0 {
            let _ = throttle.failed();
        }
        let with = || retry(4).throttle(throttle.clone());
        // at its headers nothing is decided
        let cancelled = Harness::new(case, with()).peer(Peer::hang_after(1));
        cancelled
            .cancel_at(Moment::Elapsed(millis(10)))
            .call()
            .await;
        Harness::new(case, with())
            .peer(Peer::fail_after(1, Code::Aborted))
            .call()
            .await;
        Harness::new(case, with())
            .peer(Peer::no_trailers())
            .call()
            .await;
        assert_eq!(throttle.tokens().to_string(), "0", "{case}");
        Harness::new(case, with()).call().await;
        assert_eq!(throttle.tokens().to_string(), "0.5", "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_ok_without_a_body_is_a_success() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        let throttle = throttle(10.0, 0.5);
        let _ = throttle.failed();
        let peer = Peer::script(Script::new().read_all().end_without_trailers());
        let peer = peer.metadata("grpc-status", "0");
        Harness::new(case, retry(4).throttle(throttle.clone()))
            .peer(peer)
            .call()
            .await;
        assert_eq!(throttle.tokens().to_string(), "9.5");
    }
}

#[tokio::test(start_paused = true)]
async fn clones_and_methods_share_the_tokens_and_calls_without_a_policy_give_some_back() {
    let throttle = throttle(10.0, 0.5);
    let retry = retry(2).throttle(throttle.clone());
    for case in Case::all() {
        let harness = Harness::new(case, retry.clone()).peer(Peer::reject(Code::Unavailable));
        harness.call().await;
    }
    assert_eq!(throttle.tokens().to_string(), "0", "all of them took");
    let none = super::Retry::new().throttle(throttle.clone());
    for case in Case::all() {
        Harness::new(case, none.clone()).call().await;
    }
    assert_eq!(throttle.tokens().to_string(), "4", "all of them gave");
}
