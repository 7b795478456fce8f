//! What becomes of a call when its time is over.

use interceptor_core::{Origin, Side, TransportKind, tonic::Status};
use interceptor_test::{Ending, Failure, RequestEnd};

use super::*;

#[tokio::test(start_paused = true)]
async fn ends_a_call_that_nobody_answers() {
    for case in Case::all() {
        let outcome = harness(case, millis(50)).peer(Peer::hang()).call().await;
        assert_exceeded(&outcome, millis(50));
        assert!(outcome.is_trailers_only(), "{outcome}");
        assert!(outcome.attempts()[0].is_dropped(), "it is cancelled");
        assert_eq!(Origin::of(outcome.status()), Origin::Local);
    }
}

#[tokio::test(start_paused = true)]
async fn ends_a_response_that_stalls_behind_its_headers() {
    for case in Case::all() {
        for messages in 0..3 {
            let peer = Peer::hang_after(messages);
            let outcome = harness(case, millis(50)).peer(peer).call().await;
            assert_exceeded(&outcome, millis(50));
            assert!(outcome.attempts()[0].is_dropped(), "{outcome}");
            let streams = case.kind().server_streaming();
            let received = if streams { messages } else { 0 };
            assert_eq!(outcome.messages().len(), received, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_stream_is_a_status_in_its_trailers_and_for_a_clients_caller_its_last_item() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        let peer = Peer::hang_after(2);
        let outcome = harness(case, millis(50)).peer(peer).call().await;
        let ending = match case.side() {
            Side::Client => Ending::BodyFailed,
            Side::Server => Ending::Trailers,
        };
        assert_eq!(outcome.ending(), ending, "{outcome}");
        assert_eq!(outcome.status().message(), "the deadline passed");
    }
}

/// P25: headers in time are no end of the deadline.
#[tokio::test(start_paused = true)]
async fn a_stream_may_last_as_long_as_its_deadline_and_no_longer() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        let second = millis(1_000);
        let send = |script: Script, text| script.wait(second).send(text);
        let five = ["1", "2", "3", "4", "5"]
            .into_iter()
            .fold(Script::new().headers(), send);
        let peer = || Peer::script(five.clone().end(Code::Ok));
        let outcome = harness(case, millis(2_500)).peer(peer()).call().await;
        assert_exceeded(&outcome, millis(2_500));
        assert_eq!(outcome.messages(), ["1", "2"], "{outcome}");
        let outcome = harness(case, millis(5_001)).peer(peer()).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(outcome.messages().len(), 5);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_in_time_is_not_changed() {
    for case in Case::all() {
        for peer in [
            || Peer::echo().after(millis(49)).trailer("x-seen", "yes"),
            || Peer::reject(Status::not_found("nowhere")).after(millis(49)),
            || Peer::fail_after(1, Code::Aborted).after(millis(49)),
        ] {
            let outcome = harness(case, millis(50)).peer(peer()).call().await;
            let bare = Harness::new(case, interceptor_core::Identity);
            let bare = bare.deadline(millis(50)).peer(peer()).call().await;
            assert_eq!(outcome.code(), bare.code());
            assert_eq!(outcome.status().message(), bare.status().message());
            assert_eq!(outcome.ending(), bare.ending());
            assert_eq!(outcome.messages(), bare.messages());
            let trailers = |outcome: &Outcome| format!("{:?}", outcome.trailers());
            assert_eq!(trailers(&outcome), trailers(&bare));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_when_the_time_is_over_is_dropped_whatever_it_says() {
    for case in Case::all() {
        for code in [Code::Ok, Code::Cancelled, Code::Unavailable] {
            let peer = Peer::script(Script::new().wait(millis(50)).send("late").end(code));
            let outcome = harness(case, millis(50)).peer(peer).call().await;
            assert_exceeded(&outcome, millis(50));
            assert!(outcome.messages().is_empty(), "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn with_no_time_left_nothing_is_sent() {
    for case in Case::all() {
        for timeout in ["0n", "0S", "00000000H"] {
            let harness = Harness::new(case, Deadline::new());
            let outcome = harness.metadata("grpc-timeout", timeout).call().await;
            assert_exceeded(&outcome, millis(0));
            assert!(outcome.attempts().is_empty(), "{timeout}: {outcome}");
        }
    }
}

/// P26.
#[tokio::test(start_paused = true)]
async fn reads_each_unit_and_ignores_what_is_malformed() {
    let hours = |hours: u64| Duration::from_secs(hours * 3600);
    for case in Case::all() {
        for (timeout, after) in [
            ("1n", Some(millis(1))), // a timer's tick
            ("1u", Some(millis(1))),
            ("1m", Some(millis(1))),
            ("1S", Some(millis(1_000))),
            ("1M", Some(millis(60_000))),
            ("1H", Some(hours(1))),
            ("99999999H", None),
            ("100000000n", None),
            ("", None),
            ("5x", None),
            ("-1S", None),
        ] {
            let harness = Harness::new(case, Deadline::new()).patience(hours(1_000_000));
            let harness = harness.peer(Peer::hang()).metadata("grpc-timeout", timeout);
            let outcome = harness.call().await;
            match after {
                Some(after) => assert_exceeded(&outcome, after),
                None => assert_eq!(outcome.ending(), Ending::Hung, "{timeout}: {outcome}"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_deadline_takes_its_time() {
    for case in Case::all() {
        let peer = Peer::echo().after(millis(3_000_000));
        let outcome = Harness::new(case, Deadline::new()).peer(peer).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(outcome.attempts()[0].timeout(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_left_goes_on_and_what_is_spent_outside_is_not_left() {
    use interceptor_core::{Call, CallType, Next, Reply};

    /// Takes its time.
    #[interceptor_macros::grpc_interceptor(crate = interceptor_core)]
    struct Slow;

    impl Slow {
        async fn intercept_call<T: CallType>(
            &self,
            call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            tokio::time::sleep(millis(20)).await;
            next.run(call).await
        }
    }

    for case in Case::on(Side::Client) {
        let harness = Harness::new(case, (Slow, Deadline::new(), Slow));
        let outcome = harness.deadline(millis(50)).call().await;
        assert_eq!(outcome.attempts()[0].timeout(), Some(millis(10)));
        let harness = Harness::new(case, (Slow, Deadline::new(), Slow, Slow));
        let outcome = harness.deadline(millis(50)).call().await;
        assert_exceeded(&outcome, millis(50));
        assert!(outcome.attempts().is_empty(), "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn tonics_own_timeout_has_the_code_of_a_deadline_on_a_client() {
    for case in Case::all() {
        let peer = Peer::script(Script::new().read_all().fail(Failure::Timeout));
        let harness = Harness::new(case, Deadline::new()).peer(peer);
        let outcome = harness.call().await;
        let code = match case.side() {
            Side::Client => Code::DeadlineExceeded,
            Side::Server => Code::Cancelled, // not ours to judge: it is of the handler
        };
        assert_eq!(outcome.code(), code, "{outcome}");
        if case.side() == Side::Client {
            let origin = Origin::of(outcome.status());
            assert_eq!(origin.transport(), Some(TransportKind::Timeout));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_observes_outside_and_inside_is_told_once() {
    for case in Case::all() {
        for peer in [Peer::hang(), Peer::hang_after(1)] {
            let (outside, inside) = (Recorder::new("out"), Recorder::new("in"));
            let chain = (outside.clone(), Deadline::new(), inside.clone());
            let harness = Harness::new(case, chain).deadline(millis(50)).peer(peer);
            assert_exceeded(&harness.call().await, millis(50));
            assert_eq!(outside.ends(), [Code::DeadlineExceeded], "{case}");
            assert_eq!(inside.ends(), [Code::DeadlineExceeded], "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_cancels_what_is_below_at_each_point() {
    for case in Case::all() {
        let mut polls = 0;
        loop {
            let inside = Recorder::new("in");
            let chain = (Deadline::new(), inside.clone());
            let harness = Harness::new(case, chain).deadline(millis(5_000));
            let peer = Peer::echo().after(millis(1));
            let harness = harness.peer(peer).request_pause(millis(1));
            let outcome = harness.cancel_at(Moment::Polls(polls)).call().await;
            if outcome.ending() != Ending::Cancelled {
                assert_eq!(outcome.code(), Code::Ok, "{outcome}");
                break;
            }
            let expected: &[Code] = if polls == 0 { &[] } else { &[Code::Cancelled] };
            assert_eq!(inside.ends(), expected, "{outcome}");
            if let Some(attempt) = outcome.attempts().first() {
                assert!(attempt.is_dropped(), "{outcome}");
                assert_ne!(attempt.request_end(), RequestEnd::Clean, "or it is over");
            }
            polls += 1;
        }
        assert!(polls > 1, "{polls}");
    }
}
