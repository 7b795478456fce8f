use interceptor_core::{Identity, Interceptor, Origin, Side, TransportKind};
use interceptor_test::{Case, Ending, Failure, Harness, Outcome, Peer, Recorder, Script};

use super::*;
use interceptor_core::tonic::{Code, Status};
use std::time::Duration;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn streams() -> impl Iterator<Item = Case> {
    Case::all().filter(|case| case.kind().server_streaming())
}

fn status() -> Status {
    let mut status = Status::with_details(Code::Aborted, "no, thanks", b"details"[..].into());
    status.metadata_mut().insert("x-tail", "2".parse().unwrap());
    status
}

fn seen(outcome: &Outcome) -> String {
    let (status, ending) = (outcome.status(), outcome.ending());
    let (messages, trailers) = (outcome.messages(), outcome.trailers());
    let (at, metadata) = (outcome.elapsed(), outcome.metadata());
    format!("{ending:?} {at:?} {status:?} {metadata:?} {messages:?} {trailers:?}")
}

async fn call<I: Interceptor>(case: Case, interceptor: I, peer: Peer) -> Outcome {
    Harness::new(case, interceptor).peer(peer).call().await
}

// === TrailersOnly ===

#[tokio::test(start_paused = true)]
async fn headers_and_at_once_an_error_become_one() {
    for case in streams() {
        let peer = Peer::fail_after(0, status()).metadata("x-head", "1");
        let outcome = call(case, TrailersOnly::new(), peer.clone()).await;
        if case.side() == Side::Client {
            let bare = call(case, Identity, peer).await;
            assert_eq!(seen(&outcome), seen(&bare), "it is for servers");
            continue;
        }
        assert_eq!(outcome.ending(), Ending::TrailersOnly, "{outcome}");
        assert_eq!(outcome.code(), Code::Aborted);
        assert_eq!(outcome.status().message(), "no, thanks");
        assert_eq!(outcome.status().details(), b"details");
        for (name, value) in [
            ("x-head", "1"),
            ("x-tail", "2"),
            ("content-type", "application/grpc"),
        ] {
            assert_eq!(outcome.header(name), Some(value), "{outcome:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn anything_else_goes_out_as_it_would_have() {
    let peers = || {
        [
            Peer::echo(),
            Peer::reject(status()),
            Peer::fail_after(0, Code::Ok),
            Peer::fail_after(1, status()),
            Peer::no_trailers(),
            Peer::drop_after(1),
            Peer::script(
                Script::new()
                    .data(&b"\0\0"[..])
                    .data(&b"\0\0\x01a"[..])
                    .end(Code::Ok),
            ),
            Peer::script(Script::new().headers().wait(millis(5)).end(status())),
            Peer::script(
                Script::new()
                    .headers()
                    .wait(millis(5))
                    .send("late")
                    .end(Code::Ok),
            ),
        ]
    };
    for case in Case::all() {
        for peer in peers() {
            let outcome = call(case, TrailersOnly::new(), peer.clone()).await;
            let bare = call(case, Identity, peer).await;
            assert_eq!(seen(&outcome), seen(&bare), "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_empty_frame_is_no_message() {
    for case in streams().filter(|case| case.side() == Side::Server) {
        let peer = Peer::script(Script::new().headers().data("").end(status()));
        let outcome = call(case, TrailersOnly::new(), peer).await;
        assert_eq!(outcome.ending(), Ending::TrailersOnly, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_breaks_before_its_first_message_is_an_error_too() {
    for case in streams().filter(|case| case.side() == Side::Server) {
        let broken = Failure::Status(status());
        let peer = Peer::script(Script::new().headers().fail(broken));
        let outcome = call(case, TrailersOnly::new(), peer).await;
        assert_eq!(outcome.ending(), Ending::TrailersOnly, "{outcome}");
        assert_eq!(outcome.status().message(), "no, thanks");
    }
}

#[tokio::test(start_paused = true)]
async fn headers_wait_as_long_as_they_may_and_no_longer() {
    let peer = || Peer::script(Script::new().headers().wait(millis(5)).end(status()));
    for case in streams().filter(|case| case.side() == Side::Server) {
        for (wait, ending) in [(4, Ending::Trailers), (6, Ending::TrailersOnly)] {
            let interceptor = TrailersOnly::new().wait(millis(wait));
            let outcome = call(case, interceptor, peer()).await;
            assert_eq!(outcome.ending(), ending, "{outcome}");
            assert_eq!(outcome.elapsed(), millis(5));
            assert_eq!(outcome.code(), Code::Aborted);
        }
        let interceptor = TrailersOnly::new().wait(millis(100));
        let outcome = call(case, interceptor, Peer::hang_after(0)).await;
        assert_eq!(outcome.ending(), Ending::Hung, "the headers went out");
        assert!(outcome.http_status().is_some(), "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_observes_on_either_side_of_it_is_told_once() {
    for case in streams().filter(|case| case.side() == Side::Server) {
        for (peer, code) in [
            (Peer::fail_after(0, status()), Code::Aborted),
            (Peer::fail_after(1, status()), Code::Aborted),
            (Peer::echo(), Code::Ok),
        ] {
            let (outside, inside) = (Recorder::new("out"), Recorder::new("in"));
            let chain = (outside.clone(), TrailersOnly::new(), inside.clone());
            let outcome = call(case, chain, peer).await;
            assert_eq!(outcome.code(), code);
            assert_eq!((outside.ends(), inside.ends()), (vec![code], vec![code]));
            let reads = outcome.timeline().interceptors();
            let count = |name: &str| reads.matches(&format!("{name} response")).count();
            assert_eq!(count("out"), count("in"), "{reads}");
            assert_eq!(count("out"), outcome.messages().len(), "{reads}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn it_reads_no_further_than_the_first() {
    for case in streams().filter(|case| case.side() == Side::Server) {
        let script = Script::new().send("a").send("b").send("c").end(Code::Ok);
        let harness = Harness::new(case, TrailersOnly::new()).peer(Peer::script(script));
        let harness = harness.cancel_at(interceptor_test::Moment::Responses(0));
        let outcome = harness.call().await;
        let peer = outcome.timeline().peer();
        assert_eq!(peer.matches("response").count(), 1, "{peer}");
    }
}

// === CanonicalCodes ===

#[tokio::test(start_paused = true)]
async fn an_error_on_the_way_has_the_code_of_the_specification() {
    for case in Case::all() {
        for (failure, kind) in [
            (Failure::ConnectionLost, TransportKind::ConnectionLost),
            (Failure::Reset(7), TransportKind::Refused),
            (Failure::Reset(8), TransportKind::Reset { reason: 8 }),
            (Failure::Reset(11), TransportKind::Reset { reason: 11 }),
            (Failure::Reset(0), TransportKind::Reset { reason: 0 }),
            (Failure::Connect, TransportKind::Connect),
            (Failure::Timeout, TransportKind::Timeout),
        ] {
            for script in [
                Script::new(),
                Script::new().headers(),
                Script::new().send("a"),
            ] {
                let peer = Peer::script(script.fail(failure.clone()));
                let bare = call(case, Identity, peer.clone()).await;
                let outcome = call(case, CanonicalCodes::new(), peer).await;
                let ours = case.side() == Side::Client;
                let code = kind.code().filter(|_| ours).unwrap_or(bare.code());
                assert_eq!(outcome.code(), code, "{kind:?}: {outcome}");
                assert_eq!(outcome.status().message(), bare.status().message());
                assert_eq!(outcome.messages(), bare.messages());
                assert_eq!(outcome.ending(), bare.ending());
                if ours {
                    let origin = Origin::of(outcome.status());
                    assert_eq!(origin.transport(), Some(kind), "{outcome}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_peer_says_and_what_nobody_knows_stays() {
    for case in Case::all() {
        for code in (0..=16).map(Code::from_i32) {
            for peer in [Peer::reject(code), Peer::fail_after(1, code)] {
                let bare = call(case, Identity, peer.clone()).await;
                let outcome = call(case, CanonicalCodes::new(), peer).await;
                assert_eq!(seen(&outcome), seen(&bare), "{outcome}");
            }
        }
        let other = Failure::Other("a layer below".to_owned());
        let peer = Peer::script(Script::new().fail(other));
        let bare = call(case, Identity, peer.clone()).await;
        let outcome = call(case, CanonicalCodes::new(), peer).await;
        assert_eq!(outcome.code(), bare.code(), "{outcome}");
    }
}
