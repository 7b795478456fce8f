//! When hedges begin (A6; 1.7 of the checklist).

use interceptor_core::{Side, tonic::Code};
use interceptor_kit::policy::AttemptCounts;
use interceptor_test::{Case, Ending, Harness, Moment, Peer};

use super::{
    attempts, echoes_after, ends_after, hangs, hedge, millis, peer, support::pushing_back, times,
};

/// Ported: Java's `hedging_maxAttempts`: six a delay apart, and none after.
#[tokio::test(start_paused = true)]
async fn begin_a_delay_apart_up_to_their_number() {
    for case in Case::all() {
        let harness = Harness::new(case, hedge(4, 500)).peer(Peer::hang());
        let outcome = harness
            .cancel_at(Moment::Elapsed(millis(9_000)))
            .call()
            .await;
        assert_eq!(
            times(&outcome),
            [0, 500, 1_000, 1_500].map(millis),
            "{outcome}"
        );
        let six = hedge(6, 100_000).max_attempts_cap(6);
        let harness = Harness::new(case, six).peer(Peer::hang());
        let outcome = harness
            .cancel_at(Moment::Elapsed(millis(900_000)))
            .call()
            .await;
        let starts = [0, 100, 200, 300, 400, 500].map(|second| millis(second * 1_000));
        assert_eq!(times(&outcome), starts);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_delay_begin_at_once() {
    for case in Case::all() {
        let harness = Harness::new(case, hedge(4, 0)).peer(Peer::hang());
        let outcome = harness
            .cancel_at(Moment::Elapsed(millis(9_000)))
            .call()
            .await;
        assert_eq!(times(&outcome), [millis(0); 4], "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn do_not_begin_once_the_first_is_answered() {
    for case in Case::all() {
        let outcome = Harness::new(case, hedge(4, 500))
            .peer(peer([echoes_after(499)]))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 1),
            "{outcome}"
        );
        assert_eq!(outcome.elapsed(), millis(499));
    }
}

#[tokio::test(start_paused = true)]
async fn begin_at_once_behind_a_non_fatal_status_and_then_a_delay_apart() {
    for case in Case::all() {
        let scripts = [ends_after(120, Code::Unavailable), hangs()];
        let harness = Harness::new(case, hedge(4, 500)).peer(peer(scripts));
        let outcome = harness
            .cancel_at(Moment::Elapsed(millis(9_000)))
            .call()
            .await;
        assert_eq!(
            times(&outcome),
            [0, 120, 620, 1_120].map(millis),
            "{outcome}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn begin_when_pushback_says_and_then_a_delay_apart() {
    for case in Case::all() {
        for (pushback, second) in [("2000", 2_120), ("0", 120), ("50", 170)] {
            let pushed = pushing_back(Code::Unavailable, pushback);
            let scripts = [ends_after(120, pushed), hangs()];
            let harness = Harness::new(case, hedge(3, 500)).peer(peer(scripts));
            let outcome = harness
                .cancel_at(Moment::Elapsed(millis(9_000)))
                .call()
                .await;
            let starts = [0, second, second + 500].map(millis);
            assert_eq!(times(&outcome), starts, "{outcome}");
        }
    }
}

/// Ported: Java's `hedging_pushback_negative`: the hedges under way go on, and may win.
#[tokio::test(start_paused = true)]
async fn do_not_begin_once_pushback_says_stop() {
    for case in Case::all() {
        for value in ["-1", "", "abc"] {
            let stop = pushing_back(Code::Unavailable, value);
            let scripts = [echoes_after(2_000), ends_after(100, stop.clone())];
            let harness = Harness::new(case, hedge(4, 500)).peer(peer(scripts));
            let outcome = harness.call().await;
            assert_eq!(
                (outcome.code(), attempts(&outcome)),
                (Code::Ok, 2),
                "{outcome}"
            );
            assert_eq!(outcome.elapsed(), millis(2_000));
            let alone = peer([ends_after(100, stop)]);
            let outcome = Harness::new(case, hedge(4, 500)).peer(alone).call().await;
            assert_eq!((outcome.code(), attempts(&outcome)), (Code::Unavailable, 1));
            assert_eq!(
                outcome.elapsed(),
                millis(100),
                "with none under way that is all"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn are_all_bounded_by_the_one_deadline() {
    for case in Case::all() {
        let harness = Harness::new(case, hedge(4, 500)).peer(Peer::hang());
        let outcome = harness.deadline(millis(1_200)).call().await;
        assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
        assert_eq!(outcome.elapsed(), millis(1_200));
        assert_eq!(times(&outcome), [0, 500, 1_000].map(millis));
        assert!(
            outcome
                .attempts()
                .iter()
                .all(interceptor_test::Attempt::is_dropped)
        );
        let told = outcome
            .attempts()
            .iter()
            .map(interceptor_test::Attempt::timeout);
        assert!(
            told.eq([1_200, 700, 200].map(|left| Some(millis(left)))),
            "less each time"
        );
        let outcome = Harness::new(case, hedge(4, 500))
            .deadline(millis(0))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::DeadlineExceeded, 0)
        );
    }
}

/// Ported: Java's `hedging_cancelled`.
#[tokio::test(start_paused = true)]
async fn are_all_cancelled_with_the_call() {
    for case in Case::all() {
        let harness = Harness::new(case, hedge(4, 500)).peer(Peer::hang());
        let outcome = harness.cancel_at(Moment::Elapsed(millis(700))).call().await;
        assert_eq!(
            (outcome.ending(), attempts(&outcome)),
            (Ending::Cancelled, 2)
        );
        assert!(
            outcome
                .attempts()
                .iter()
                .all(interceptor_test::Attempt::is_dropped)
        );
    }
}

/// Ported: Java's `hedging_deadlock`: one hedge's end cancels the others, at each point at which the call waits.
#[tokio::test(start_paused = true)]
async fn may_end_at_any_moment() {
    for case in Case::all() {
        for polls in 0.. {
            let hedge = hedge(4, 3);
            let scripts = [ends_after(8, Code::Unavailable), echoes_after(40), hangs()];
            let harness = Harness::new(case, hedge.clone()).cancel_at(Moment::Polls(polls));
            let harness = harness.request_pause(millis(2)).peer(peer(scripts));
            let outcome = harness.call().await;
            assert_eq!(hedge.buffered_bytes(), 0);
            if outcome.ending() != Ending::Cancelled {
                assert_eq!(outcome.code(), Code::Ok, "{outcome}");
                break;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn say_how_many_there_were_before() {
    for case in Case::on(Side::Client) {
        let harness = Harness::new(case, hedge(3, 10)).metadata("grpc-previous-rpc-attempts", "9");
        let harness = harness.peer(Peer::hang());
        let outcome = harness.cancel_at(Moment::Elapsed(millis(100))).call().await;
        let attempts = outcome.attempts().iter();
        let previous: Vec<_> = attempts
            .map(|it| it.header("grpc-previous-rpc-attempts"))
            .collect();
        assert_eq!(previous, [None, Some("1"), Some("2")]);
    }
}

/// The time without any is counted, as a retry's is: as long as it was, not as long as it was to be.
#[tokio::test(start_paused = true)]
async fn waited_for_count_the_time_without_any() {
    for case in Case::all() {
        for (deadline, waited) in [(10_000, 50), (30, 30)] {
            let counts = AttemptCounts::default();
            let first = ends_after(0, pushing_back(Code::Unavailable, "50"));
            let harness = Harness::new(case, hedge(2, 1_000)).extension(counts.clone());
            let harness = harness.peer(peer([first, echoes_after(7)]));
            harness.deadline(millis(deadline)).call().await;
            assert_eq!(counts.waited(), millis(waited), "{case}");
        }
    }
}
