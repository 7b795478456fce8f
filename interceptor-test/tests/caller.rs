//! What a caller can do: let go, wait between messages, break off, compress.

use std::{io::Write as _, slice::from_ref, time::Duration};

use interceptor_core::{
    CallKind, Identity, Side, Unknown,
    tonic::{Code, Status},
};
use interceptor_test::{
    Case, EndStream, Ending, Failure, Harness, Moment, Peer, Recorder, RequestEnd, Script,
    ScriptedBody, WireMessage,
};

const MS: Duration = Duration::from_millis(1);

fn recorder() -> Recorder {
    Recorder::new("look")
}

fn body(messages: &[WireMessage]) -> ScriptedBody {
    ScriptedBody::new().messages(messages)
}

#[tokio::test(start_paused = true)]
async fn lets_go_before_the_headers() {
    Harness::for_every_call_type(recorder, async |harness| {
        let harness = harness.cancel_at(Moment::BeforeHeaders);
        for peer in [
            Peer::echo(),
            Peer::reject(Code::Aborted),
            Peer::unreachable(),
        ] {
            let outcome = Harness::new(harness.case(), recorder())
                .peer(peer)
                .cancel_at(Moment::BeforeHeaders)
                .call()
                .await;
            assert_eq!(outcome.ending(), Ending::Cancelled, "{outcome}");
            assert_eq!(outcome.http_status(), None);
            assert!(outcome.attempts()[0].is_dropped());
        }
        harness.call().await;
        assert_eq!(harness.interceptor().ends(), [Code::Cancelled]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn lets_go_after_response_messages() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        for responses in 0..=2 {
            let harness = Harness::new(case, recorder())
                .peer(Peer::fail_after(2, Code::Aborted))
                .cancel_at(Moment::Responses(responses));
            let outcome = harness.call().await;
            assert_eq!(outcome.ending(), Ending::Cancelled, "{outcome}");
            assert_eq!(outcome.messages().len(), responses);
            assert!(outcome.attempts()[0].is_dropped());
            assert_eq!(harness.interceptor().ends(), [Code::Cancelled]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lets_go_with_half_of_the_request_sent() {
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let harness = Harness::new(case, recorder()).cancel_at(Moment::Requests(2));
        let outcome = harness.call().await;
        assert_eq!(outcome.ending(), Ending::Cancelled, "{outcome}");
        let attempt = &outcome.attempts()[0];
        assert_eq!(attempt.messages(), ["one", "two"]);
        assert_eq!(attempt.request_end(), RequestEnd::Dropped);
    }
}

#[tokio::test(start_paused = true)]
async fn lets_go_when_it_has_waited_for_some_time() {
    Harness::for_every_call_type(recorder, async |harness| {
        let harness = harness.peer(Peer::echo().after(50 * MS));
        let harness = harness.cancel_at(Moment::Elapsed(20 * MS));
        let outcome = harness.call().await;
        assert_eq!(outcome.ending(), Ending::Cancelled, "{outcome}");
        assert_eq!(outcome.elapsed(), 20 * MS);
        let outcome = harness.cancel_at(Moment::Elapsed(60 * MS)).call().await;
        assert_eq!(outcome.code(), Code::Ok, "it is over by then: {outcome}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn lets_go_at_each_point_at_which_it_waits() {
    Harness::for_every_call_type(recorder, async |harness| {
        let mut harness = harness.peer(Peer::echo().after(MS)).request_pause(MS);
        let mut polls = 0;
        loop {
            harness = harness.cancel_at(Moment::Polls(polls));
            let outcome = harness.call().await;
            let attempts = usize::from(polls > 0);
            assert_eq!(outcome.attempts().len(), attempts, "{outcome}");
            if outcome.ending() == Ending::Trailers {
                break;
            }
            assert_eq!(outcome.ending(), Ending::Cancelled, "{outcome}");
            polls += 1;
        }
        let pauses = harness.sends().len() + 1;
        assert!(polls > pauses, "{polls} polls");
        let mut ends = harness.interceptor().ends();
        assert_eq!(ends.pop(), Some(Code::Ok));
        assert_eq!(ends, vec![Code::Cancelled; polls - 1]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_slow_producer_takes_its_time() {
    Harness::for_every_call_type(recorder, async |harness| {
        let outcome = harness.request_pause(10 * MS).call().await;
        let pauses = u32::try_from(outcome.case().requests().len() + 1).unwrap();
        assert_eq!(outcome.elapsed(), pauses * 10 * MS, "{outcome}");
        assert_eq!(outcome.code(), Code::Ok);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn frames_can_be_split_anywhere() {
    for seed in 0..20 {
        Harness::for_every_call_type(recorder, async |harness| {
            let outcome = harness.split_frames(seed).call().await;
            assert_eq!(outcome.code(), Code::Ok, "{outcome}");
            let sent = outcome.case().requests();
            assert_eq!(outcome.attempts()[0].messages(), sent);
            assert_eq!(outcome.messages(), outcome.case().echo(&sent));
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn metadata_deadline_and_extensions_reach_the_peer() {
    Harness::for_every_call_type(recorder, async |harness| {
        let harness = harness
            .metadata("x-id", "7")
            .deadline(Duration::from_millis(1500))
            .extension("an extension");
        let outcome = harness.call().await;
        let attempt = &outcome.attempts()[0];
        assert_eq!(attempt.header("x-id"), Some("7"));
        assert_eq!(attempt.header("te"), Some("trailers"));
        assert_eq!(attempt.timeout(), Some(Duration::from_millis(1500)));
        assert_eq!(attempt.extensions().get(), Some(&"an extension"));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nobody_enforces_a_deadline_but_an_interceptor() {
    let peer = Peer::echo().after(10 * MS);
    let harness = Harness::unary_unary(Identity).peer(peer).deadline(MS);
    assert_eq!(harness.call().await.code(), Code::Ok);
}

#[tokio::test(start_paused = true)]
async fn compressed_messages_pass_as_they_are_and_are_seen_as_they_were() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"hello").unwrap();
    let message = WireMessage::compressed(gzip.finish().unwrap());
    Harness::for_every_call_type(recorder, async |harness| {
        let peer = Peer::reply([&message]).metadata("grpc-encoding", "gzip");
        let harness = harness.peer(peer).request(&message).encoding("gzip");
        let outcome = harness.call().await;
        assert_eq!(outcome.messages(), from_ref(&message), "{outcome}");
        assert_eq!(outcome.attempts()[0].messages(), from_ref(&message));
        let seen = outcome.timeline().interceptors();
        let both = seen.contains(r#"request "hello""#) && seen.contains(r#"response "hello""#);
        assert!(both, "{seen}");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_broken_request_is_seen_on_both_ends() {
    let failure = Failure::Status(Status::data_loss("the producer failed"));
    Harness::for_every_call_type(recorder, async |harness| {
        let request = body(&["one".into()]).fail(failure.clone());
        let outcome = harness.request_body(request).call().await;
        if outcome.http_status().is_none() || outcome.case().side() == Side::Server {
            assert_eq!(outcome.code(), Code::DataLoss, "{outcome}");
        } else {
            assert_eq!(outcome.ending(), Ending::BodyFailed, "{outcome}");
        }
        let attempt = &outcome.attempts()[0];
        assert_eq!(attempt.messages(), ["one"]);
        assert_eq!(attempt.request_end(), RequestEnd::Failed(Code::DataLoss));
        assert_eq!(
            attempt.request_error().unwrap().message(),
            "the producer failed"
        );
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_ends_within_a_message_is_not_clean() {
    let request = ScriptedBody::new().data(&b"\0\0\0\0\x05hel"[..]);
    for case in Case::all() {
        let harness = Harness::new(case, Identity).request_body(request.clone());
        let outcome = harness.call().await;
        assert_ne!(outcome.code(), Code::Ok, "{outcome}");
        let end = outcome.attempts()[0].request_end();
        assert_eq!(end, RequestEnd::Failed(Code::Internal));
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_says_it_is_at_its_end_is_not_polled() {
    let request = ScriptedBody::new()
        .message("one")
        .end_stream(EndStream::Always);
    for case in Case::all() {
        let outcome = Harness::new(case, Identity)
            .request_body(request.clone())
            .call()
            .await;
        assert!(outcome.attempts()[0].messages().is_empty(), "{outcome}");
    }
    assert_eq!(request.probe().polls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_producer_is_polled_no_further_than_is_read() {
    let request = body(&["one".into(), "two".into(), "three".into()]);
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let probe = request.probe();
        let before = probe.polls();
        let outcome = Harness::new(case, recorder())
            .request_body(request.clone())
            .peer(Peer::script(Script::new().read(1).send("a").end(Code::Ok)))
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(probe.polls() - before, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_method_that_is_not_in_the_table_is_called_all_the_same() {
    let case = Case::new(CallKind::UnaryUnary, Side::Server);
    let outcome = Harness::new(case, Identity)
        .path("/other.Service/Method")
        .unknown(Unknown::Pass)
        .call()
        .await;
    assert_eq!(outcome.code(), Code::Ok, "{outcome}");
    assert_eq!(outcome.attempts()[0].path(), "/other.Service/Method");
}

#[tokio::test(start_paused = true)]
async fn bounds_are_those_of_the_layer() {
    Harness::for_every_call_type(recorder, async |harness| {
        let outcome = harness.request("too long").max_message_size(4).call().await;
        assert_eq!(outcome.code(), Code::OutOfRange, "{outcome}");
    })
    .await;
    let peer = Peer::reply(["a longer message"]);
    let harness = Harness::unary_unary(Identity).peer(peer);
    let outcome = harness.max_settled_bytes(4).call().await;
    assert_eq!(outcome.messages(), ["a longer message"]);
}

#[tokio::test(start_paused = true)]
async fn calls_of_one_harness_can_run_at_once() {
    let harness = Harness::unary_unary(recorder()).peer(Peer::echo().after(MS));
    let (first, second) = tokio::join!(harness.call(), harness.call());
    for outcome in [first, second] {
        assert_eq!(outcome.code(), Code::Ok);
        assert_eq!(outcome.attempts().len(), 1);
        assert_eq!(outcome.elapsed(), MS);
    }
}

#[tokio::test]
async fn pauses_a_clock_that_runs() {
    let started = std::time::Instant::now();
    let harness = Harness::unary_unary(Identity).peer(Peer::echo().after(1000 * 1000 * MS));
    let elapsed = harness.call().await.elapsed();
    assert!(elapsed >= 1000 * 1000 * MS && elapsed <= 1000 * 1000 * MS + MS);
    assert!(started.elapsed() < Duration::from_secs(100));
}

#[tokio::test(start_paused = true)]
async fn a_call_can_be_spawned() {
    let harness = Harness::stream_stream(recorder());
    let outcome = tokio::spawn(async move { harness.call().await }).await;
    assert_eq!(outcome.unwrap().code(), Code::Ok);
}
