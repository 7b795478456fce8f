//! Which hedge decides the call (A6; 1.7 of the checklist).

use interceptor_core::{
    Side,
    tonic::{Code, Status},
};
use interceptor_test::{Case, Harness, Peer, Script};

use super::{
    attempts, echoes_after, ends_after, hangs, hedge, hedge_by, millis, peer, policy,
    support::pushing_back,
};

/// Ported: Java's `hedging_receiveHeaders`.
#[tokio::test(start_paused = true)]
async fn the_first_answer_wins_and_the_others_are_cancelled() {
    for case in Case::all() {
        let scripts = [hangs(), echoes_after(700), hangs()];
        let outcome = Harness::new(case, hedge(4, 500))
            .peer(peer(scripts))
            .call()
            .await;
        assert_eq!(outcome.messages(), case.echo(&case.requests()), "{outcome}");
        assert_eq!((outcome.elapsed(), attempts(&outcome)), (millis(1_200), 3));
        let dropped: Vec<_> = outcome
            .attempts()
            .iter()
            .map(interceptor_test::Attempt::is_dropped)
            .collect();
        assert_eq!(dropped, [true, false, true]);
    }
}

/// Headers decide, also where the message comes later: of a unary response, too.
#[tokio::test(start_paused = true)]
async fn headers_win_before_their_message() {
    for case in Case::all() {
        let slow = Script::new()
            .read_all()
            .headers()
            .wait(millis(5_000))
            .send("slow")
            .end(Code::Ok);
        let scripts = [slow, echoes_after(0)];
        let outcome = Harness::new(case, hedge(4, 500))
            .peer(peer(scripts))
            .call()
            .await;
        assert_eq!(
            (outcome.messages().len(), attempts(&outcome)),
            (1, 1),
            "{outcome}"
        );
        assert_eq!(outcome.messages(), ["slow"]);
    }
}

/// Also if they came behind another hedge's beginning: that is cancelled at once, and not only at the message.
#[tokio::test(start_paused = true)]
async fn headers_cancel_the_others_at_once() {
    for case in Case::all() {
        let slow = Script::new().read_all().wait(millis(600)).headers();
        let slow = slow.wait(millis(5_000)).send("slow").end(Code::Ok);
        let outcome = Harness::new(case, hedge(4, 500))
            .peer(peer([slow, hangs()]))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 2),
            "{outcome}"
        );
        let events = outcome.timeline().events();
        let dropped = events
            .iter()
            .find(|event| event.what == interceptor_test::What::Dropped);
        assert_eq!(dropped.unwrap().at, millis(600), "{outcome}");
    }
}

/// What a committed attempt ends with is the call's, also if it is a code that is not fatal.
#[tokio::test(start_paused = true)]
async fn a_failure_behind_headers_is_the_calls() {
    for case in Case::on(Side::Client) {
        let scripts = [
            Script::new()
                .read_all()
                .headers()
                .wait(millis(10))
                .end(Code::Unavailable),
            echoes_after(0),
        ];
        let outcome = Harness::new(case, hedge(4, 500))
            .peer(peer(scripts))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 1),
            "{outcome}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn two_answers_at_once_are_one() {
    for case in Case::all() {
        let scripts = [echoes_after(1_000), echoes_after(500), echoes_after(0)];
        let outcome = Harness::new(case, hedge(3, 500))
            .peer(peer(scripts))
            .call()
            .await;
        assert_eq!(outcome.messages(), case.echo(&case.requests()), "{outcome}");
        let complete = outcome.attempts().iter().filter(|it| !it.is_dropped());
        assert!(complete.count() >= 1);
    }
}

/// Ported: the end of Java's `hedging_everythingDrained_oneNonFatal_oneFatal`.
#[tokio::test(start_paused = true)]
async fn a_fatal_status_ends_the_call_at_once() {
    for case in Case::all() {
        let scripts = [
            hangs(),
            ends_after(100, Status::not_found("fatal")),
            echoes_after(10),
        ];
        let outcome = Harness::new(case, hedge(4, 500))
            .peer(peer(scripts))
            .call()
            .await;
        assert_eq!(outcome.status().message(), "fatal", "{outcome}");
        assert_eq!((outcome.elapsed(), attempts(&outcome)), (millis(600), 2));
        assert!(outcome.attempts()[0].is_dropped());
    }
}

#[tokio::test(start_paused = true)]
async fn with_no_code_named_each_error_is_fatal() {
    for case in Case::all() {
        let policy = interceptor_kit::policy::HedgingPolicy::new(4)
            .unwrap()
            .delay(millis(500));
        let harness = Harness::new(case, hedge_by(policy)).peer(Peer::reject(Code::Unavailable));
        assert_eq!(attempts(&harness.call().await), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_fatal_status_wins_over_its_pushback() {
    for case in Case::all() {
        for value in ["-1", "10"] {
            let scripts = [
                echoes_after(900),
                ends_after(100, pushing_back(Code::NotFound, value)),
            ];
            let outcome = Harness::new(case, hedge(4, 500))
                .peer(peer(scripts))
                .call()
                .await;
            assert_eq!(
                (outcome.code(), attempts(&outcome)),
                (Code::NotFound, 2),
                "{outcome}"
            );
        }
    }
}

/// No retries follow, and no hedge beyond their number.
#[tokio::test(start_paused = true)]
async fn of_all_that_fail_the_last_one_is_the_calls() {
    for case in Case::all() {
        let scripts = [
            ends_after(900, Status::unavailable("first")),
            ends_after(900, Status::unavailable("second")),
            ends_after(10, Status::data_loss("third")),
        ];
        let outcome = Harness::new(case, hedge(3, 100))
            .peer(peer(scripts))
            .call()
            .await;
        assert_eq!(outcome.status().message(), "second", "{outcome}");
        assert_eq!((outcome.elapsed(), attempts(&outcome)), (millis(1_000), 3));
    }
}

#[tokio::test(start_paused = true)]
async fn all_but_one_that_fail_leave_it_to_the_one() {
    for case in Case::all() {
        let scripts = [
            echoes_after(5_000),
            ends_after(0, Code::Unavailable),
            ends_after(0, Code::DataLoss),
            ends_after(0, Code::Unavailable),
        ];
        let outcome = Harness::new(case, hedge(4, 100))
            .peer(peer(scripts))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 4),
            "{outcome}"
        );
        assert_eq!(outcome.elapsed(), millis(5_000));
    }
}

#[tokio::test(start_paused = true)]
async fn an_ok_without_messages_is_an_answer() {
    for case in Case::on(Side::Client).filter(|case| case.kind().server_streaming()) {
        let empty = Peer::script(Script::new().read_all().end_without_trailers());
        let empty = empty.metadata("grpc-status", "0");
        let outcome = Harness::new(case, hedge(4, 500)).peer(empty).call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 1),
            "{outcome}"
        );
    }
    // of a unary call it is one that lacks its message
    for case in Case::on(Side::Client).filter(|case| !case.kind().server_streaming()) {
        let policy = policy(4, 500)
            .non_fatal((1..=16).map(Code::from_i32))
            .unwrap();
        let outcome = Harness::new(case, hedge_by(policy))
            .peer(Peer::reply([""; 0]))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Internal, 1),
            "{outcome}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_lost_on_the_way_has_the_code_of_the_specification() {
    for case in Case::on(Side::Client) {
        let lost = Script::new().fail(interceptor_test::Failure::ConnectionLost);
        let scripts = [lost.clone(), echoes_after(0)];
        let outcome = Harness::new(case, hedge(4, 500))
            .peer(peer(scripts))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 2),
            "{outcome}"
        );
        let outcome = Harness::new(case, hedge(2, 500))
            .peer(peer([lost]))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 2),
            "{outcome}"
        );
    }
}
