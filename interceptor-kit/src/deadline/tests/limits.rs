//! How much time a call gets.

use interceptor_core::{CallKind, Side};

use super::*;

fn max(milliseconds: u64) -> Deadline {
    Deadline::new().max(millis(milliseconds))
}

/// When a call ended that nobody answers, and what its peer was told of the time.
async fn timed(
    case: Case,
    deadline: Deadline,
    caller: Option<u64>,
) -> (Duration, Option<Duration>) {
    let mut harness = Harness::new(case, deadline).peer(Peer::hang());
    if let Some(caller) = caller {
        harness = harness.deadline(millis(caller));
    }
    let outcome = harness.call().await;
    assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
    let told = outcome
        .attempts()
        .first()
        .and_then(interceptor_test::Attempt::timeout);
    (outcome.elapsed(), told)
}

#[tokio::test(start_paused = true)]
async fn the_earlier_of_what_the_caller_says_and_max_counts() {
    for case in Case::all() {
        for (caller, ends) in [(None, 50), (Some(20), 20), (Some(80), 50), (Some(50), 50)] {
            let (elapsed, told) = timed(case, max(50), caller).await;
            assert_eq!((elapsed, told), (millis(ends), Some(millis(ends))));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_max_of_zero_ends_each_call_before_it_is_sent() {
    for case in Case::all() {
        assert_eq!(timed(case, max(0), None).await, (millis(0), None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_max_beyond_all_time_is_none() {
    for case in Case::all() {
        let deadline = Deadline::new().max(Duration::MAX);
        let outcome = Harness::new(case, deadline).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(outcome.attempts()[0].timeout(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_said_of_a_method_counts_before_its_service_and_that_before_all() {
    let unary = Case::new(CallKind::UnaryUnary, Side::Client);
    let streamed = Case::new(CallKind::UnaryStream, Side::Client);
    let of_service = || {
        max(10)
            .max_for("/interceptor.test.Test/*", millis(20))
            .unwrap()
    };
    let of_method = || of_service().max_for(unary.path(), millis(30)).unwrap();
    assert_eq!(timed(unary, of_service(), None).await.0, millis(20));
    assert_eq!(timed(unary, of_method(), None).await.0, millis(30));
    assert_eq!(timed(streamed, of_method(), None).await.0, millis(20));
}

#[tokio::test(start_paused = true)]
async fn a_method_without_a_max_lasts_as_long_as_its_caller_says() {
    for case in Case::all() {
        let deadline = max(10).no_max_for(case.path()).unwrap();
        let peer = Peer::echo().after(millis(1_000));
        let outcome = Harness::new(case, deadline.clone()).peer(peer).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(timed(case, deadline, Some(30)).await.0, millis(30));
    }
}

#[test]
fn mistakes_are_named() {
    let case = Case::new(CallKind::UnaryUnary, Side::Client);
    let check = |deadline| {
        let harness = Harness::new(case, deadline);
        harness.check().unwrap_err().to_string()
    };
    let nothing = max(1).max_for("/interceptor.test.Test/Missing", millis(1));
    let text = check(nothing.unwrap());
    assert!(text.starts_with("Deadline: "), "{text}");
    assert!(text.contains("/interceptor.test.Test/Missing"), "{text}");

    let error = |deadline: Result<Deadline, interceptor_core::ConfigError>| {
        deadline.unwrap_err().to_string()
    };
    assert!(error(max(1).max_for("Test/Unary", millis(1))).contains("Test/Unary"));
    let twice = max(1).no_max_for(case.path()).unwrap();
    assert_eq!(
        error(twice.max_for(case.path(), millis(1))),
        "`/interceptor.test.Test/UnaryUnary` has two policies; leave one out"
    );
    for name in ["grpc-timeout", "Content-Type", "te", "user-agent"] {
        let text = error(Deadline::new().propagate([name]));
        assert!(
            text.ends_with("it speaks of one hop, and each has its own"),
            "{text}"
        );
    }
    assert!(error(Deadline::new().propagate(["x y"])).contains("not the name of a header"));
}
