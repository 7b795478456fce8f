//! A call or a body that is dropped.

use std::time::Duration;

use tonic::Code;

use super::*;

#[tokio::test]
async fn a_dropped_call_is_cancelled() {
    let hangs = answers(Then::HangAtOnce);
    every_call(hangs, |_| Caller::DropsTheCall, no_reply(Code::Cancelled)).await;
    // A unary response is not there before its end.
    let unary = |case: Case| {
        if case.is_unary() {
            Caller::DropsTheCall
        } else {
            Caller::DropsTheBody(2)
        }
    };
    every_call(answers(Then::Hang), unary, streamed(Code::Cancelled)).await;
}

#[tokio::test]
async fn a_call_that_is_never_polled_does_not_start() {
    for case in cases() {
        let recorder = Arc::new(Recorder::default());
        let mut channel = case.channel(Observe::from(Arc::clone(&recorder)), Peer::new(Then::Hang));
        drop(tower::Service::call(&mut channel, case.request()));
        assert!(recorder.events().is_empty(), "{case:?}");
    }
}

#[tokio::test]
async fn a_dropped_body_is_cancelled() {
    for read in 0..2 {
        for case in cases().filter(|case| !case.is_unary()) {
            let recorder = Arc::new(Recorder::wanting(Wants::Lengths));
            let observe = Observe::from(Arc::clone(&recorder));
            let peer = answers(Then::Trailers(Code::Ok))(case);
            run(case, observe, peer, Caller::DropsTheBody(read)).await;
            let requests = case.requests();
            let code = Code::Cancelled;
            let events = case.events(Wants::Lengths, requests, true, read, code);
            assert_eq!(recorder.events(), events, "{case:?}");
        }
    }
}

#[tokio::test]
async fn who_reads_all_messages_and_no_trailers_has_cancelled() {
    let caller = |case: Case| Caller::DropsTheBody(case.replies());
    let code = |case: Case| {
        if case.is_unary() {
            Code::Ok
        } else {
            Code::Cancelled
        }
    };
    let expected = |case: Case| Expected {
        code: code(case),
        ..streamed(Code::Ok)(case)
    };
    every_call(answers(Then::Trailers(Code::Ok)), caller, expected).await;
}

#[tokio::test]
async fn a_body_at_its_end_was_not_dropped_but_ended() {
    // Who is told that it is at its end does not poll it.
    let caller = |_| Caller::DropsTheBody(0);
    for (then, code) in [(Then::Nothing, Code::Ok), (Then::NoTrailers, Code::Unknown)] {
        for case in cases().filter(|case| !case.is_unary()) {
            for wants in WANTS {
                let recorder = Arc::new(Recorder::wanting(wants));
                let observe = Observe::from(Arc::clone(&recorder));
                run(case, observe, Peer::new(then), caller(case)).await;
                let events = case.events(wants, case.requests(), true, 0, code);
                assert_eq!(recorder.events(), events, "{case:?} {wants:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_drop_after_the_deadline_is_deadline_exceeded() {
    for case in cases() {
        for (waits, code) in [(4, Code::Cancelled), (5, Code::DeadlineExceeded)] {
            let recorder = Arc::new(Recorder::default());
            let observe = Observe::from(Arc::clone(&recorder));
            let channel = case.channel(observe, answers(Then::Hang)(case));
            let mut request = case.request();
            let timeout = "5S".parse().unwrap();
            request.headers_mut().insert("grpc-timeout", timeout);
            let call = send(channel, request, Caller::ReadsAll);
            let waits = Duration::from_secs(waits);
            assert!(tokio::time::timeout(waits, call).await.is_err());
            assert_eq!(recorder.count(&format!("end {code:?}")), 1, "{case:?}");
            assert_eq!(recorder.in_flight(), 0);
        }
    }
}
