//! When a token is fetched, and who waits for it.

use std::time::Duration;

use interceptor_core::{
    Side,
    tonic::{Code, Status},
};
use interceptor_test::{Case, Ending, Harness};
use tokio::time::{Instant, advance};

use super::*;

#[tokio::test(start_paused = true)]
async fn all_who_wait_share_one_fetch() {
    for case in Case::on(Side::Client) {
        let source = Source::new().taking(Duration::from_secs(2));
        let harness = Harness::new(case, credentials(&source));
        let outcomes = futures_util::future::join_all((0..10).map(|_| harness.call())).await;
        assert!(
            outcomes
                .iter()
                .all(|outcome| sent(outcome) == ["Bearer t1"])
        );
        assert_eq!(source.fetches(), 1);

        source.fails(Some(Status::unavailable("down")));
    }
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_share_one_failure() {
    for case in Case::on(Side::Client) {
        let source = Source::new().taking(Duration::from_secs(2));
        source.fails(Some(Status::unavailable("down")));
        let harness = Harness::new(case, credentials(&source));
        let outcomes = futures_util::future::join_all((0..10).map(|_| harness.call())).await;
        for outcome in outcomes {
            assert_eq!(outcome.code(), Code::Unavailable);
            nothing_ran(&outcome);
        }
        assert_eq!(source.fetches(), 1);
    }
}

/// The clock that is paused is not that of `exp`: so a token's time is taken when it comes.
#[tokio::test(start_paused = true)]
async fn a_token_is_replaced_before_it_ends_and_nobody_waits() {
    for case in Case::on(Side::Client) {
        let source = Source::new().living(Duration::from_secs(600));
        let harness = Harness::new(case, credentials(&source));
        assert_eq!(sent(&harness.call().await), ["Bearer t1"]);
        advance(Duration::from_secs(500)).await; // 30 s of margin and 60 s of window: 510
        assert_eq!(sent(&harness.call().await), ["Bearer t1"]);
        settle().await;
        assert_eq!(source.fetches(), 1);

        advance(Duration::from_secs(15)).await;
        let before = Instant::now();
        assert_eq!(
            sent(&harness.call().await),
            ["Bearer t1"],
            "in the background"
        );
        assert_eq!(before.elapsed(), Duration::ZERO);
        settle().await;
        assert_eq!(source.fetches(), 2);
        assert_eq!(sent(&harness.call().await), ["Bearer t2"]);
    }
}

#[tokio::test(start_paused = true)]
async fn thirty_seconds_before_its_end_a_token_is_over() {
    for case in Case::on(Side::Client) {
        let source = Source::new().living(Duration::from_secs(600));
        let harness = Harness::new(case, credentials(&source));
        harness.call().await;
        advance(Duration::from_secs(571)).await;
        let outcome = harness.call().await;
        assert_eq!(sent(&outcome), ["Bearer t2"], "it waited for it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_refresh_leaves_the_token_that_is_still_good() {
    for case in Case::on(Side::Client) {
        let source = Source::new().living(Duration::from_secs(600));
        let harness = Harness::new(case, credentials(&source));
        harness.call().await;
        source.fails(Some(Status::unavailable("down")));
        advance(Duration::from_secs(520)).await;
        for _ in 0..3 {
            assert_eq!(sent(&harness.call().await), ["Bearer t1"]);
            settle().await;
        }
        assert_eq!(source.fetches(), 2, "the rest is in the backoff");
        advance(Duration::from_secs(60)).await;
        assert_eq!(harness.call().await.code(), Code::Unavailable);
    }
}

/// 1 s, ×1.6, ±20 %; no attempt without a call; a success ends it.
#[tokio::test(start_paused = true)]
async fn after_a_failure_calls_fail_at_once_until_the_backoff_is_over() {
    for case in Case::on(Side::Client) {
        let source = Source::new();
        source.fails(Some(Status::unauthenticated("no account")));
        let harness = Harness::new(case, credentials(&source));
        for (fetches, wait) in [(1, 1_000), (2, 1_600), (3, 2_560)] {
            let failed = harness.call().await;
            assert_eq!(failed.code(), Code::Unauthenticated);
            assert_eq!(failed.status().message(), "no account");
            assert_eq!(source.fetches(), fetches);
            advance(Duration::from_millis(wait * 79 / 100)).await;
            let again = harness.call().await;
            assert_eq!(again.status().message(), "no account", "the last status");
            assert_eq!(source.fetches(), fetches, "too early");
            advance(Duration::from_millis(wait * 42 / 100)).await;
        }
        assert_eq!(source.fetches(), 3, "none without a call");
        source.fails(None);
        assert_eq!(harness.call().await.code(), Code::Ok);
        assert_eq!(source.fetches(), 4);
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_token_ends_with_the_deadline() {
    for case in Case::on(Side::Client) {
        let source = Source::new().taking(Duration::from_secs(100));
        let outcome = Harness::new(case, credentials(&source))
            .deadline(Duration::from_secs(3))
            .call()
            .await;
        assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
        assert_eq!(outcome.elapsed().as_secs(), 3);
        nothing_ran(&outcome);
    }
}

/// Who waits may go away: the fetch goes on, for the next one.
#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_does_not_stop_the_fetch() {
    for case in Case::on(Side::Client) {
        let source = Source::new().taking(Duration::from_secs(2));
        let harness = Harness::new(case, credentials(&source)).patience(Duration::from_secs(1));
        assert_eq!(harness.call().await.ending(), Ending::Hung);
        advance(Duration::from_secs(2)).await;
        settle().await;
        assert_eq!(sent(&harness.call().await), ["Bearer t1"]);
        assert_eq!(source.fetches(), 1);
    }
}
