//! Each behaviour of a peer, in four call types on two sides: what the caller sees, and what the peer sees.

use std::time::Duration;

use interceptor_core::{
    CallKind, Identity, Origin, Side, TransportKind,
    tonic::{Code, Status},
};
use interceptor_test::{
    Case, Ending, Failure, Harness, Moment, Outcome, Peer, Readiness, Recorder, RequestEnd,
    ResponseEnd, Script,
};

/// Calls that peer in every case, through a chain that only looks, and shows the outcome to `check`.
async fn for_every(peer: Peer, check: impl Fn(&Harness<Recorder>, &Outcome)) {
    Harness::for_every_call_type(
        || Recorder::new("look"),
        async |harness| {
            let harness = harness.peer(peer.clone());
            let outcome = harness.call().await;
            check(&harness, &outcome);
            let ends = harness.interceptor().ends();
            assert_eq!(
                ends,
                [outcome.code()],
                "one end, as the caller saw it: {outcome}"
            );
        },
    )
    .await;
}

fn unary_response(harness: &Harness<Recorder>) -> bool {
    !harness.case().kind().server_streaming()
}

#[tokio::test(start_paused = true)]
async fn echo_sends_back_what_it_gets() {
    for_every(Peer::echo(), |harness, outcome| {
        let sent = harness.sends();
        assert_eq!(outcome.ending(), Ending::Trailers, "{outcome}");
        assert_eq!(outcome.messages(), harness.case().echo(&sent));
        let [attempt] = outcome.attempts() else {
            panic!("one attempt: {outcome}")
        };
        assert_eq!(attempt.path(), harness.case().path());
        assert_eq!(attempt.messages(), sent);
        assert_eq!(attempt.request_end(), RequestEnd::Clean);
        assert_eq!(attempt.response_end(), ResponseEnd::Complete);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn reply_sends_its_messages_metadata_and_trailers() {
    let peer = Peer::reply(["a"])
        .metadata("x-head", "1")
        .trailer("x-tail", "2");
    for_every(peer, |_, outcome| {
        assert_eq!(outcome.messages(), ["a"]);
        assert_eq!(outcome.code(), Code::Ok);
        assert_eq!(outcome.header("x-head"), Some("1"));
        assert_eq!(outcome.trailer("x-tail"), Some("2"));
        assert_eq!(outcome.http_status().unwrap(), 200);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn reject_ends_the_call_without_messages() {
    let mut status = Status::with_details(Code::NotFound, "no such thing", b"details"[..].into());
    status
        .metadata_mut()
        .insert("x-why", "gone".parse().unwrap());
    for_every(Peer::reject(status), |_, outcome| {
        assert!(outcome.is_trailers_only(), "{outcome}");
        let status = outcome.status();
        assert_eq!(
            (status.code(), status.message(), status.details()),
            (Code::NotFound, "no such thing", &b"details"[..])
        );
        assert_eq!(status.metadata().get("x-why").unwrap(), "gone");
        assert!(outcome.messages().is_empty());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn fail_times_counts_over_calls() {
    Harness::for_every_call_type(
        || Identity,
        async |harness| {
            let harness = harness.peer(Peer::fail_times(2, Code::Unavailable));
            let mut codes = Vec::new();
            for _ in 0..4 {
                codes.push(harness.call().await.code());
            }
            assert_eq!(
                codes,
                [Code::Unavailable, Code::Unavailable, Code::Ok, Code::Ok]
            );
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn fail_after_sends_messages_and_then_the_status() {
    for_every(Peer::fail_after(2, Code::Aborted), |harness, outcome| {
        assert_eq!(outcome.code(), Code::Aborted);
        if unary_response(harness) {
            assert!(
                outcome.is_trailers_only(),
                "the chain settles it: {outcome}"
            );
        } else {
            assert_eq!(outcome.ending(), Ending::Trailers);
            assert_eq!(outcome.messages(), ["1", "2"]);
        }
        assert_eq!(outcome.attempts()[0].response_end(), ResponseEnd::Complete);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn without_trailers_the_call_ends_with_unknown() {
    for_every(Peer::no_trailers(), |harness, outcome| {
        assert_eq!(outcome.code(), Code::Unknown, "{outcome}");
        if !unary_response(harness) {
            assert_eq!(outcome.ending(), Ending::Truncated);
            assert_eq!(outcome.messages(), harness.case().echo(&harness.sends()));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_hangs_is_let_go() {
    for peer in [Peer::hang(), Peer::hang_after(1)] {
        for_every(peer, |_, outcome| {
            assert_eq!(outcome.ending(), Ending::Hung, "{outcome}");
            assert_eq!(outcome.elapsed(), Duration::from_secs(3600));
            let attempt = &outcome.attempts()[0];
            assert!(attempt.is_dropped());
            assert_eq!(attempt.request_end(), RequestEnd::Clean);
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_hung_request_is_dropped_with_the_call() {
    for_every(Peer::script(Script::new().hang()), |_, outcome| {
        assert_eq!(outcome.ending(), Ending::Hung);
        assert_eq!(outcome.attempts()[0].request_end(), RequestEnd::Dropped);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_an_error_of_the_body() {
    for messages in [0, 1] {
        Harness::for_every_call_type(
            || Identity,
            async |harness| {
                let kind = harness.case().kind();
                let outcome = harness.peer(Peer::drop_after(messages)).call().await;
                let attempt = &outcome.attempts()[0];
                assert_eq!(attempt.response_end(), ResponseEnd::Failed);
                assert_ne!(outcome.code(), Code::Ok, "{outcome}");
                let lost = Some(TransportKind::ConnectionLost);
                if kind.server_streaming() {
                    assert_eq!(outcome.ending(), Ending::BodyFailed, "{outcome}");
                    assert_eq!(outcome.messages().len(), messages);
                    assert_eq!(Origin::of(outcome.status()).transport(), lost);
                } else if outcome.case().side() == Side::Client {
                    assert_eq!(outcome.ending(), Ending::CallFailed, "{outcome}");
                    let origin = Origin::of(outcome.status());
                    assert_eq!(
                        (origin.transport(), origin.headers_received()),
                        (lost, true)
                    );
                }
            },
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn before_the_headers_a_failure_is_one_of_the_call() {
    for (failure, kind) in [
        (Failure::Connect, TransportKind::Connect),
        (Failure::Timeout, TransportKind::Timeout),
        (Failure::ConnectionLost, TransportKind::ConnectionLost),
        (Failure::Reset(7), TransportKind::Refused),
        (Failure::Reset(8), TransportKind::Reset { reason: 8 }),
        (Failure::Other("what?".into()), TransportKind::Other),
    ] {
        let peer = Peer::script(Script::new().fail(failure));
        let each = async |harness: Harness<Identity>| {
            let outcome = harness.peer(peer.clone()).call().await;
            assert_eq!(outcome.ending(), Ending::CallFailed, "{outcome}");
            let origin = Origin::of(outcome.status());
            assert_eq!(
                (origin.transport(), origin.headers_received()),
                (Some(kind), false)
            );
        };
        Harness::for_every_call_type_on(Side::Client, || Identity, each).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_comes_through_to_the_caller() {
    for peer in [Peer::panic(), Peer::panic_after(1)] {
        for_every(peer, |_, outcome| {
            assert_eq!(outcome.ending(), Ending::Panicked, "{outcome}");
            assert_eq!(outcome.status().message(), "panicked: the script says so");
            assert_eq!(outcome.attempts()[0].response_end(), ResponseEnd::Panicked);
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_script_may_answer_before_it_has_read_all() {
    let script = Script::new().read(1).send("early").end(Code::Ok);
    for_every(Peer::script(script), |harness, outcome| {
        assert_eq!(outcome.messages(), ["early"]);
        let attempt = &outcome.attempts()[0];
        assert_eq!(attempt.messages(), &harness.sends()[..1]);
        assert_eq!(attempt.request_end(), RequestEnd::Unread);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_is_not_grpc_has_the_code_of_its_http_status() {
    let peer = Peer::script(Script::new().data("<html>").end_without_trailers())
        .http_status(401)
        .metadata("content-type", "text/html");
    for_every(peer, |_, outcome| {
        assert_eq!(outcome.code(), Code::Unauthenticated, "{outcome}");
        if outcome.case().side() == Side::Server {
            assert_eq!(outcome.header("content-type"), Some("text/html"));
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_peer_takes_its_time() {
    let time = Duration::from_millis(250);
    for_every(Peer::echo().after(time), |_, outcome| {
        assert_eq!(outcome.code(), Code::Ok);
        assert_eq!(outcome.elapsed(), time);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn readiness_is_waited_for() {
    let time = Duration::from_secs(1);
    let peer = Peer::echo().readiness(Readiness::After(time));
    for_every(peer, |_, outcome| {
        assert_eq!(outcome.code(), Code::Ok);
        assert_eq!(outcome.attempts()[0].at(), time);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn failed_readiness_comes_out_of_the_chain() {
    let peer = Peer::echo().readiness(Readiness::Fails(Failure::Connect));
    for_every(peer, |_, outcome| {
        assert_eq!(outcome.code(), Code::Unavailable, "{outcome}");
        assert!(outcome.attempts().is_empty());
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_random_peer_does_the_same_for_the_same_seed() {
    let mut codes = std::collections::HashSet::new();
    for seed in 0..30 {
        for case in Case::all() {
            let call = async || {
                let harness = Harness::new(case, Identity).peer(Peer::random(seed));
                harness.call().await.to_string()
            };
            let text = call().await;
            assert_eq!(text, call().await);
            assert!(
                !text.contains("Hung") && !text.contains("Panicked"),
                "{text}"
            );
            codes.insert(text.lines().next().unwrap_or_default().to_owned());
        }
    }
    assert!(codes.len() > 20, "{codes:#?}");
}

/// What either end can see of a call.
fn seen(outcome: &Outcome) -> String {
    let attempts = outcome.attempts().iter().map(|attempt| {
        (
            attempt.messages(),
            attempt.request_end(),
            attempt.response_end(),
        )
    });
    let attempts: Vec<_> = attempts.collect();
    let (metadata, trailers) = (outcome.metadata(), outcome.trailers());
    let (status, messages) = (outcome.status().message(), outcome.messages());
    let ending = (outcome.ending(), outcome.code(), outcome.elapsed());
    format!("{ending:?} {status:?} {metadata:?} {messages:?} {trailers:?} {attempts:?}")
}

#[tokio::test(start_paused = true)]
async fn recorders_change_nothing() {
    for seed in 0..20 {
        for (case, polls) in Case::all().flat_map(|case| [(case, 1), (case, 3), (case, 99)]) {
            let peer = Peer::random(seed).after(Duration::from_millis(seed % 2));
            let cancel = Moment::Polls(polls);
            let harness = Harness::new(case, Identity).peer(peer.clone());
            let bare = harness.cancel_at(cancel).call().await;
            let harness = Harness::new(case, (Recorder::new("a"), Recorder::new("b"))).peer(peer);
            let harness = harness.cancel_at(cancel);
            let watched = harness.call().await;
            assert_eq!(seen(&bare), seen(&watched), "{bare}{watched}");
            let recorder = &harness.interceptor().0;
            assert_eq!(recorder.ends().len(), 1, "{watched}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_sequence_goes_from_one_to_the_next() {
    let peers = [
        Peer::reject(Code::Aborted),
        Peer::reply(["a"]).times(2),
        Peer::reply(["b"]),
    ];
    let harness = Harness::unary_unary(Identity).peer(Peer::sequence(peers));
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.extend(harness.call().await.messages().to_vec());
    }
    assert_eq!(seen, ["a", "a", "b", "b"]);
}

#[tokio::test(start_paused = true)]
async fn a_function_decides_by_attempt_and_metadata() {
    let peer = Peer::from_fn(|attempt, metadata| match metadata.get("authorization") {
        Some(_) => Script::new()
            .read_all()
            .send(attempt.to_string())
            .end(Code::Ok),
        None => Script::new().end(Code::Unauthenticated),
    });
    let anonymous = Harness::unary_unary(Identity).peer(peer.clone());
    assert_eq!(anonymous.call().await.code(), Code::Unauthenticated);
    let known = Harness::unary_unary(Identity)
        .peer(peer)
        .metadata("authorization", "me");
    known.call().await;
    assert_eq!(known.call().await.messages(), ["2"]);
}

#[tokio::test(start_paused = true)]
async fn a_status_in_the_headers_counts_before_one_in_the_trailers() {
    let peer =
        Peer::script(Script::new().send("a").end(Code::Aborted)).metadata("grpc-status", "0");
    for case in Case::all() {
        let outcome = Harness::new(case, Identity).peer(peer.clone()).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(outcome.trailer("grpc-status"), Some("10"));
    }
}

#[test]
fn a_case_knows_its_defaults() {
    let case = Case::new(CallKind::StreamUnary, Side::Server);
    assert_eq!(case.requests(), ["one", "two", "three"]);
    assert_eq!(case.echo(&case.requests()), ["onetwothree"]);
    assert_eq!(
        Case::methods().get(case.path()).unwrap().kind(),
        case.kind()
    );
}
