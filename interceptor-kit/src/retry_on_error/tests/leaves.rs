//! A caller that goes away.

use interceptor_test::{Case, Ending, Harness, Moment, Peer, ScriptedBody};

use super::*;

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_ends_the_attempt_under_way() {
    for case in Case::all() {
        let body = ScriptedBody::new().message("one");
        let probe = body.probe();
        let harness = Harness::new(case, retry(5)).request_body(body);
        let harness = harness.cancel_at(Moment::Elapsed(millis(60_000)));
        let outcome = harness.peer(Peer::hang()).call().await;
        assert_eq!(outcome.ending(), Ending::Cancelled);
        assert_eq!(attempts(&outcome), 1);
        assert!(outcome.attempts()[0].is_dropped() && probe.is_dropped());
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_ends_the_waiting() {
    for case in Case::all() {
        let body = ScriptedBody::new().message("one");
        let probe = body.probe();
        let harness = Harness::new(case, retry(5)).request_body(body);
        let harness = harness.cancel_at(Moment::Elapsed(millis(499)));
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        assert_eq!(outcome.ending(), Ending::Cancelled);
        assert_eq!(attempts(&outcome), 1);
        assert!(probe.is_dropped(), "the request is let go");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_may_go_away_at_any_moment() {
    for case in Case::all() {
        for polls in 0.. {
            let harness = Harness::new(case, retry(5)).cancel_at(Moment::Polls(polls));
            let harness = harness.peer(Peer::fail_times(2, Code::Unavailable));
            let outcome = harness.request_pause(millis(7)).call().await;
            if outcome.ending() != Ending::Cancelled {
                assert_eq!((outcome.code(), attempts(&outcome)), (Code::Ok, 3));
                break;
            }
            let all = case.requests();
            for attempt in outcome.attempts() {
                assert!(all.starts_with(attempt.messages()), "{outcome}");
            }
        }
    }
}
