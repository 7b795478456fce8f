//! Each row of the table of [`End`], over four call types and two sides.

mod drops;
mod inside;
mod told;

use std::sync::Mutex;

use h2::Reason;
use tonic::{Code, Status, metadata::MetadataMap};

use super::*;

const WANTS: [Wants; 3] = [Wants::Nothing, Wants::Lengths, Wants::Messages];

/// Runs a call of every type on both sides, whatever is wanted, and asks for exactly these events.
async fn every_call(
    peer: impl Fn(Case) -> Peer,
    caller: impl Fn(Case) -> Caller,
    expected: impl Fn(Case) -> Expected,
) {
    for case in cases() {
        for wants in WANTS {
            let recorder = Arc::new(Recorder::wanting(wants));
            let observe = Observe::from(Arc::clone(&recorder));
            run(case, observe, peer(case), caller(case)).await;
            let Expected {
                requests,
                headers,
                responses,
                code,
            } = expected(case);
            let events = case.events(wants, requests, headers, responses, code);
            assert_eq!(recorder.events(), events, "{case:?} {wants:?}");
            assert_eq!(recorder.in_flight(), 0, "{case:?} {wants:?}");
        }
    }
}

struct Expected {
    requests: usize,
    headers: bool,
    responses: usize,
    code: Code,
}

/// A peer that sends its messages, and then does this.
fn answers(then: Then) -> impl Fn(Case) -> Peer {
    move |case| Peer {
        replies: case.replies(),
        ..Peer::new(then)
    }
}

fn reads_all(_: Case) -> Caller {
    Caller::ReadsAll
}

/// The request was sent, and nothing came but the end.
fn no_reply(code: Code) -> impl Fn(Case) -> Expected {
    move |case| Expected {
        requests: case.requests(),
        headers: false,
        responses: 0,
        code,
    }
}

/// All messages came, of a streamed response; a unary one that fails has none.
fn streamed(code: Code) -> impl Fn(Case) -> Expected {
    move |case| {
        let passed = code == Code::Ok || !case.is_unary();
        Expected {
            requests: case.requests(),
            headers: passed,
            responses: if passed { case.replies() } else { 0 },
            code,
        }
    }
}

/// Keeps what the end of a call has in it.
#[derive(Default)]
struct LastEnd(Mutex<Option<(Option<Status>, Option<MetadataMap>)>>);

impl Observer for LastEnd {
    type Call = ();

    fn start(&self, _: &mut Start<'_>) {}

    fn end(&self, (): (), end: &End<'_>) {
        *self.0.lock().unwrap() = Some((end.status().cloned(), end.trailers().cloned()));
    }
}

#[tokio::test]
async fn trailers_have_the_code() {
    for code in [Code::Ok, Code::NotFound, Code::Internal] {
        every_call(answers(Then::Trailers(code)), reads_all, streamed(code)).await;
    }
}

#[tokio::test]
async fn ok_in_the_headers_is_ok() {
    every_call(answers(Then::Nothing), reads_all, streamed(Code::Ok)).await;
}

#[tokio::test]
async fn the_headers_decide_over_the_trailers() {
    let both = Then::HeadersAndTrailers(Code::NotFound);
    every_call(answers(both), reads_all, streamed(Code::Ok)).await;
}

#[tokio::test]
async fn an_answer_without_a_body_has_the_code() {
    let code = Code::PermissionDenied;
    every_call(answers(Then::TrailersOnly(code)), reads_all, no_reply(code)).await;
}

#[tokio::test]
async fn no_trailers_at_all_is_unknown() {
    every_call(
        answers(Then::NoTrailers),
        reads_all,
        streamed(Code::Unknown),
    )
    .await;
}

#[tokio::test]
async fn a_reset_has_the_code_of_the_origin_table() {
    for (reason, code) in [
        (Reason::CANCEL, Code::Cancelled),
        (Reason::NO_ERROR, Code::Internal),
        (Reason::ENHANCE_YOUR_CALM, Code::ResourceExhausted),
    ] {
        every_call(answers(Then::Reset(reason)), reads_all, streamed(code)).await;
        every_call(
            answers(Then::ResetAtOnce(reason)),
            reads_all,
            no_reply(code),
        )
        .await;
    }
}

#[tokio::test]
async fn a_unary_response_that_is_too_large_to_be_in_hand_ends_when_it_was_read() {
    for case in cases().filter(|case| case.is_unary()) {
        for (then, read, responses, code) in [
            (Then::Trailers(Code::Ok), usize::MAX, 1, Code::Ok),
            (Then::Trailers(Code::Aborted), usize::MAX, 1, Code::Aborted),
            (Then::NoTrailers, usize::MAX, 1, Code::Unknown),
            (Then::Trailers(Code::Ok), 1, 1, Code::Cancelled),
            (Then::Trailers(Code::Ok), 0, 0, Code::Cancelled),
        ] {
            let recorder = Arc::new(Recorder::wanting(Wants::Messages));
            let observe = Observe::from(Arc::clone(&recorder));
            let channel = case.small_channel(observe, answers(then)(case));
            send(channel, case.request(), Caller::DropsTheBody(read)).await;
            let requests = case.requests();
            let events = case.events(Wants::Messages, requests, true, responses, code);
            assert_eq!(recorder.events(), events, "{case:?} {then:?} {read}");
        }
    }
}

#[tokio::test]
async fn unwinding_is_internal_and_goes_on() {
    for then in [Then::PanicAtOnce, Then::Panic] {
        for case in cases() {
            let recorder = Arc::new(Recorder::default());
            let observe = Observe::from(Arc::clone(&recorder));
            let seen = run(case, observe, answers(then)(case), Caller::ReadsAll).await;
            assert!(seen.panicked, "{case:?}");
            assert_eq!(recorder.count("end Internal"), 1, "{case:?}");
            assert_eq!((recorder.count("end"), recorder.in_flight()), (1, 0));
        }
    }
}
