//! Which policy a call has (1.1 of the checklist).

use std::sync::Arc;

use interceptor_core::{CallKind, Methods, Side, tonic::Code};
use interceptor_kit::{
    policy::{
        AttemptCounts, CallPolicy, HedgingPolicy, MAX_ATTEMPTS_CAP, PolicyTable, RetryAttempt,
    },
    retry::Retry,
};
use interceptor_test::{Case, Harness, Peer};

use super::{
    ALL, attempts, millis, policy, retry, retry_by,
    support::{echoes, ends, refuses},
};

#[tokio::test(start_paused = true)]
async fn without_a_policy_there_are_transparent_retries_only() {
    for case in Case::on(Side::Client) {
        let outcome = Harness::new(case, Retry::new()).peer(Peer::reject(Code::Unavailable));
        assert_eq!(attempts(&outcome.call().await), 1);
        let peer = Peer::from_fn(|attempt, _| if attempt == 1 { refuses() } else { echoes() });
        let outcome = Harness::new(case, Retry::new()).peer(peer).call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 2),
            "{outcome}"
        );
    }
}

/// Ported: `TestNoRetry`, switched off.
#[tokio::test(start_paused = true)]
async fn switched_off_it_still_checks_its_policies_and_retries_what_was_refused() {
    for case in Case::on(Side::Client) {
        let off = || retry(4).transparent_only();
        let harness = Harness::new(case, off()).peer(Peer::reject(Code::Unavailable));
        assert_eq!(attempts(&harness.call().await), 1);
        let peer = Peer::from_fn(|attempt, _| if attempt == 1 { refuses() } else { echoes() });
        let outcome = Harness::new(case, off()).peer(peer).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
    }
    let wrong = Retry::new()
        .policy("/nobody.Knows/*", policy(2))
        .unwrap()
        .transparent_only();
    let harness = Harness::unary_unary(wrong);
    let error = harness.check().unwrap_err().to_string();
    assert!(
        error.starts_with("Retry: the pattern `/nobody.Knows/*`"),
        "{error}"
    );
}

/// Ported: `TestMaxCallAttempts`.
#[tokio::test(start_paused = true)]
async fn attempts_are_capped_by_five_or_what_is_set() {
    assert_eq!(MAX_ATTEMPTS_CAP, 5);
    for case in Case::all() {
        for (configured, cap, count) in [(9, 4, 4), (9, 7, 7), (3, 10, 3), (8, 1, 5), (3, 0, 3)] {
            let retry = retry(configured).max_attempts_cap(cap);
            let harness = Harness::new(case, retry).peer(Peer::reject(Code::Unavailable));
            assert_eq!(attempts(&harness.call().await), count, "{configured} {cap}");
        }
        let harness = Harness::new(case, retry(9)).peer(Peer::reject(Code::Unavailable));
        assert_eq!(attempts(&harness.call().await), 5);
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_has_the_policy_of_its_name_or_its_service() {
    for case in Case::all() {
        let table = PolicyTable::new().policy(ALL, policy(2));
        let table = table
            .and_then(|it| it.policy(case.path(), policy(3)))
            .unwrap();
        let harness = Harness::new(case, Retry::with(table)).peer(Peer::reject(Code::Unavailable));
        assert_eq!(attempts(&harness.call().await), 3);
        let table = PolicyTable::new().policy(ALL, policy(2));
        let table = table.and_then(|it| it.no_policy(case.path())).unwrap();
        let harness = Harness::new(case, Retry::with(table)).peer(Peer::reject(Code::Unavailable));
        assert_eq!(attempts(&harness.call().await), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_that_says_nothing_of_itself_does_not_get_the_policy_of_the_idempotent() {
    for case in Case::all() {
        let retry = Retry::new().idempotent(policy(4));
        let harness = Harness::new(case, retry).peer(Peer::reject(Code::Unavailable));
        assert_eq!(attempts(&harness.call().await), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_idempotent_method_gets_it() {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let idempotent = |method: &&interceptor_core::Method| {
        method.idempotency() != interceptor_core::Idempotency::Unknown
            && method.kind() == CallKind::UnaryUnary
    };
    let path = methods.iter().find(idempotent).unwrap().path().to_owned();
    for case in [Side::Client, Side::Server].map(|side| Case::new(CallKind::UnaryUnary, side)) {
        let retry = Retry::new().idempotent(policy(4));
        let harness = Harness::new(case, retry)
            .methods(methods.clone())
            .path(&path);
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        assert_eq!(attempts(&outcome), 4, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_call_may_have_a_policy_of_its_own() {
    for case in Case::all() {
        let hedging = HedgingPolicy::new(2).unwrap();
        for (own, code, count) in [
            (CallPolicy::from(policy(2)), Code::Unavailable, 2),
            (CallPolicy::TransparentOnly, Code::Unavailable, 1),
            (CallPolicy::Never, Code::Unavailable, 1),
            (CallPolicy::from(hedging), Code::Unavailable, 1),
            (CallPolicy::Retry(Arc::new(policy(9))), Code::NotFound, 1),
        ] {
            let harness = Harness::new(case, retry(4)).extension(own.clone());
            let outcome = harness.peer(Peer::reject(code)).call().await;
            assert_eq!(attempts(&outcome), count, "{own:?}: {outcome}");
        }
        let harness = Harness::new(case, Retry::new()).extension(CallPolicy::from(policy(3)));
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        assert_eq!(attempts(&outcome), 3);
        for (own, code, count) in [
            (CallPolicy::TransparentOnly, Code::Ok, 2),
            (CallPolicy::Never, Code::Unavailable, 1),
        ] {
            let peer = Peer::from_fn(|attempt, _| if attempt == 1 { refuses() } else { echoes() });
            let outcome = Harness::new(case, retry(4))
                .extension(own)
                .peer(peer)
                .call()
                .await;
            let count = if case.side() == Side::Client {
                count
            } else {
                1
            };
            assert_eq!(attempts(&outcome), count, "{outcome}");
            if case.side() == Side::Client {
                assert_eq!(outcome.code(), code, "{outcome}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_are_marked_inside_and_counted_outside() {
    let peer = Peer::from_fn(|attempt, _| match attempt {
        1 => refuses(),
        2 | 3 => ends(Code::Unavailable),
        _ => echoes(),
    });
    for case in Case::on(Side::Client) {
        let counts = AttemptCounts::default();
        let harness = Harness::new(case, retry_by(policy(4))).extension(counts.clone());
        let outcome = harness.peer(peer.clone()).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(
            (
                counts.retries(),
                counts.transparent_retries(),
                counts.hedges()
            ),
            (2, 1, 0)
        );
        assert_eq!(counts.waited(), millis(100 + 200));
        let marks: Vec<_> = outcome
            .attempts()
            .iter()
            .map(|attempt| attempt.extensions().get::<RetryAttempt>().copied())
            .map(|mark| mark.map(|mark| (mark.previous_attempts, mark.is_transparent)))
            .collect();
        assert_eq!(
            marks,
            [None, Some((0, true)), Some((1, false)), Some((2, false))]
        );
    }
}
