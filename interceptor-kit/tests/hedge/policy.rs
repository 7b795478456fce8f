//! Never without being asked.

use interceptor_core::{CallKind, Methods, Side, tonic::Code};
use interceptor_kit::{
    hedge::Hedge,
    policy::{AttemptCounts, Backoff, CallPolicy, PolicyTable, RetryAttempt, RetryPolicy},
    retry::Retry,
};
use interceptor_test::{Case, EndStream, Harness, Moment, Peer, ScriptedBody};

use super::{attempts, hedge, millis, policy};

#[tokio::test(start_paused = true)]
async fn a_call_without_a_policy_is_not_touched() {
    for case in Case::all() {
        let body = ScriptedBody::new()
            .message("one")
            .end_stream(EndStream::Known);
        let probe = body.probe();
        let harness = Harness::new(case, Hedge::new()).request_body(body);
        let outcome = harness
            .peer(Peer::echo().after(millis(60_000)))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome), probe.polls()),
            (Code::Ok, 1, 1)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_cap_is_five_or_what_is_set() {
    for case in Case::all() {
        for (configured, cap, count) in [(9, 4, 4), (9, 7, 7), (3, 10, 3), (8, 1, 5), (3, 0, 3)] {
            let hedge = hedge(configured, 10).max_attempts_cap(cap);
            let harness = Harness::new(case, hedge).peer(Peer::hang());
            let outcome = harness
                .cancel_at(Moment::Elapsed(millis(5_000)))
                .call()
                .await;
            assert_eq!(attempts(&outcome), count);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn methods_that_say_so_or_that_are_named_are_hedged() {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let unary = methods
        .iter()
        .filter(|method| method.kind() == CallKind::UnaryUnary);
    for method in unary {
        let says_so = method.idempotency() != interceptor_core::Idempotency::Unknown;
        let hedge = Hedge::new().idempotent(policy(3, 10));
        let harness = Harness::unary_unary(hedge)
            .methods(methods.clone())
            .path(method.path());
        let harness = harness
            .peer(Peer::hang())
            .cancel_at(Moment::Elapsed(millis(1_000)));
        let count = attempts(&harness.call().await);
        assert_eq!(count, if says_so { 3 } else { 1 }, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_call_may_have_a_policy_of_its_own() {
    let backoff = Backoff::new(millis(1), millis(1), 1.0).unwrap();
    let retry = RetryPolicy::new(3, backoff, [Code::Unavailable]).unwrap();
    for case in Case::all() {
        for (own, count) in [
            (CallPolicy::from(policy(2, 10)), 2),
            (CallPolicy::TransparentOnly, 1),
            (CallPolicy::Never, 1),
            (CallPolicy::from(retry.clone()), 1),
        ] {
            let harness = Harness::new(case, hedge(4, 10))
                .extension(own)
                .peer(Peer::hang());
            let outcome = harness
                .cancel_at(Moment::Elapsed(millis(1_000)))
                .call()
                .await;
            assert_eq!(attempts(&outcome), count, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_pattern_that_matches_nothing_is_an_error() {
    let table = PolicyTable::new()
        .policy("/nobody.Knows/*", policy(2, 0))
        .unwrap();
    let error = Harness::unary_unary(Hedge::with(table))
        .check()
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("Hedge: the pattern `/nobody.Knows/*`"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn hedges_are_marked_inside_and_counted_outside() {
    for case in Case::on(Side::Client) {
        let counts = AttemptCounts::default();
        let harness = Harness::new(case, hedge(3, 10))
            .extension(counts.clone())
            .peer(Peer::hang());
        let outcome = harness
            .cancel_at(Moment::Elapsed(millis(1_000)))
            .call()
            .await;
        assert_eq!(
            (
                counts.retries(),
                counts.transparent_retries(),
                counts.hedges()
            ),
            (0, 0, 2)
        );
        let marks = outcome.attempts().iter().map(|it| {
            let mark = it.extensions().get::<RetryAttempt>();
            mark.map(|mark| (mark.previous_attempts, mark.is_transparent))
        });
        assert!(marks.eq([None, Some((1, false)), Some((2, false))]));
    }
}

/// Both in one chain, each with methods of its own.
#[tokio::test(start_paused = true)]
async fn stands_outside_of_retry_in_one_chain() {
    let backoff = Backoff::new(millis(1), millis(1), 1.0).unwrap();
    let retry = RetryPolicy::new(3, backoff, [Code::Unavailable]).unwrap();
    for case in Case::on(Side::Client) {
        let is_hedged = case.kind() == CallKind::UnaryUnary;
        let hedge = Hedge::new()
            .policy("/interceptor.test.Test/UnaryUnary", policy(2, 10))
            .unwrap();
        let retries = Retry::new()
            .policy("/interceptor.test.Test/*", retry.clone())
            .unwrap();
        let retries = retries
            .no_policy("/interceptor.test.Test/UnaryUnary")
            .unwrap();
        let harness = Harness::new(case, (hedge, retries)).peer(Peer::reject(Code::Unavailable));
        let outcome = harness.call().await;
        assert_eq!(
            attempts(&outcome),
            if is_hedged { 2 } else { 3 },
            "{outcome}"
        );
    }
}
