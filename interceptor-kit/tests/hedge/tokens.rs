//! Hedges and tokens (A6; 1.6 and 1.7 of the checklist).

use interceptor_core::tonic::Code;
use interceptor_kit::{
    policy::{Backoff, PolicyTable, RetryPolicy, RetryThrottling, Throttle},
    retry::Retry,
};
use interceptor_test::{Case, Harness, Moment, Peer};

use super::{
    ALL, attempts, echoes_after, ends_after, hangs, hedge, millis, peer, support::pushing_back,
    times,
};

fn throttle(max: f64, ratio: f64) -> Throttle {
    Throttle::new(RetryThrottling::new(max, ratio).unwrap())
}

/// Ported: Java's `hedging_throttledByHedgingStreams`: the third is never made.
#[tokio::test(start_paused = true)]
async fn a_call_may_throttle_itself() {
    for case in Case::all() {
        let throttle = throttle(4.0, 0.1);
        let hedge = hedge(4, 1_000).throttle(throttle.clone());
        let scripts = [
            ends_after(100, Code::Unavailable),
            ends_after(100, Code::Unavailable),
        ];
        let outcome = Harness::new(case, hedge).peer(peer(scripts)).call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 2),
            "{outcome}"
        );
        assert_eq!(
            outcome.elapsed(),
            millis(200),
            "the failure is the call's, and at once"
        );
        assert_eq!(throttle.tokens().to_string(), "2");
    }
}

/// Ported: Java's `hedging_throttledByOtherCall`; ours looks when the hedge is due, as A6 says, and then never again.
#[tokio::test(start_paused = true)]
async fn another_call_may_throttle_it_and_then_it_waits_for_those_under_way() {
    for case in Case::all() {
        let throttle = throttle(4.0, 1.0);
        let hedge = hedge(4, 100).throttle(throttle.clone());
        let harness = Harness::new(case, hedge).peer(peer([echoes_after(1_000), hangs()]));
        let other = async {
            // Under paused time.
            tokio::time::sleep(millis(150)).await;
            let _ = (throttle.failed(), throttle.failed());
            tokio::time::sleep(millis(100)).await;
            let _ = (throttle.succeeded(), throttle.succeeded());
        };
        let (outcome, ()) = tokio::join!(harness.call(), other);
        assert_eq!(
            (outcome.code(), outcome.elapsed()),
            (Code::Ok, millis(1_000)),
            "{outcome}"
        );
        assert_eq!(
            times(&outcome),
            [0, 100].map(millis),
            "suppressed once, and for good"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_is_always_sent() {
    for case in Case::all() {
        let throttle = throttle(1.0, 0.1);
        let _ = throttle.failed();
        let hedge = hedge(4, 0).throttle(throttle);
        let harness = Harness::new(case, hedge).peer(Peer::hang());
        let outcome = harness.cancel_at(Moment::Elapsed(millis(100))).call().await;
        assert_eq!(attempts(&outcome), 1, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_are_taken_by_the_code_and_when_pushback_stops() {
    for case in Case::all() {
        for (status, tokens) in [
            (Code::Unavailable.into_status(), "8"),
            (Code::NotFound.into_status(), "10"),
            (pushing_back(Code::NotFound, "-1"), "9"),
            (pushing_back(Code::NotFound, "5"), "10"),
            (pushing_back(Code::Unavailable, "-1"), "9"),
            (pushing_back(Code::Unavailable, "5"), "8"),
        ] {
            let throttle = throttle(10.0, 0.5);
            let hedge = hedge(2, 1_000).throttle(throttle.clone());
            Harness::new(case, hedge)
                .peer(Peer::reject(status.clone()))
                .call()
                .await;
            assert_eq!(throttle.tokens().to_string(), tokens, "{status:?}");
        }
    }
}

use interceptor_test::IntoStatus as _;

#[tokio::test(start_paused = true)]
async fn one_throttle_is_for_retries_and_hedges() {
    let backoff = Backoff::new(millis(1), millis(1), 1.0).unwrap();
    let policy = RetryPolicy::new(3, backoff, [Code::Unavailable]).unwrap();
    for case in Case::all() {
        let throttle = throttle(6.0, 0.5);
        let policies = PolicyTable::new().policy(ALL, policy.clone()).unwrap();
        let retry = Retry::with(policies).throttle(throttle.clone());
        Harness::new(case, retry)
            .peer(Peer::reject(Code::Unavailable))
            .call()
            .await;
        assert_eq!(throttle.tokens().to_string(), "3");
        let hedge = hedge(4, 10).throttle(throttle.clone());
        let outcome = Harness::new(case, hedge)
            .peer(peer([echoes_after(500)]))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 1),
            "no tokens for a hedge"
        );
        assert_eq!(
            throttle.tokens().to_string(),
            "3.5",
            "and a success gives some back"
        );
    }
}

/// A `Retry` inside, which shares the throttle, leaves hedges alone.
#[tokio::test(start_paused = true)]
async fn a_retry_inside_counts_nothing_twice() {
    for case in Case::all() {
        for (status, tokens) in [
            (pushing_back(Code::NotFound, "-1"), "9"),
            (pushing_back(Code::Unavailable, "-1"), "9"),
            (Code::Unavailable.into_status(), "8"),
        ] {
            let throttle = throttle(10.0, 0.5);
            let retry = Retry::new().throttle(throttle.clone());
            let chain = (hedge(2, 1_000).throttle(throttle.clone()), retry);
            let peer = Peer::reject(status.clone());
            Harness::new(case, chain).peer(peer).call().await;
            assert_eq!(throttle.tokens().to_string(), tokens, "{status:?}");
        }
        let throttle = throttle(10.0, 0.5);
        let _ = (throttle.failed(), throttle.failed());
        let retry = Retry::new().throttle(throttle.clone());
        let chain = (hedge(2, 1_000).throttle(throttle.clone()), retry);
        let outcome = Harness::new(case, chain).peer(Peer::echo()).call().await;
        assert_eq!(outcome.code(), Code::Ok);
        assert_eq!(throttle.tokens().to_string(), "8.5");
    }
}
