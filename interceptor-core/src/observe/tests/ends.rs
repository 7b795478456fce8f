//! Each row of the table of [`End`], over four call types and two sides.

use std::{sync::Mutex, time::Duration};

use h2::Reason;
use tonic::{Code, Status, metadata::MetadataMap};

use super::*;
use crate::{
    Call, CallType, Interceptor, Message, Next, Origin, Reply, Side, StreamStream, StreamUnary,
    Streaming, TransportKind, UnaryStream, UnaryUnary, interceptor::forward,
};

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
async fn an_end_has_status_and_trailers_if_they_came() {
    for case in cases() {
        for then in [
            Then::Trailers(Code::Ok),
            Then::Trailers(Code::Aborted),
            Then::TrailersOnly(Code::Aborted),
            Then::ResetAtOnce(Reason::CANCEL),
        ] {
            let last = Arc::new(LastEnd::default());
            let observe = Observe::from(Arc::clone(&last));
            run(case, observe, answers(then)(case), Caller::ReadsAll).await;
            let (status, trailers) = last.0.lock().unwrap().take().unwrap();
            let failed = then != Then::Trailers(Code::Ok);
            assert_eq!(status.is_some(), failed, "{case:?} {then:?}");
            let has = |name| trailers.as_ref().is_some_and(|all| all.get(name).is_some());
            let came = matches!(then, Then::Trailers(_));
            assert_eq!(has("x-trailer"), came, "{case:?} {then:?}");
        }
        let last = Arc::new(LastEnd::default());
        let observe = Observe::from(Arc::clone(&last));
        let peer = Peer::new(Then::HangAtOnce);
        run(case, observe, peer, Caller::DropsTheCall).await;
        let (status, trailers) = last.0.lock().unwrap().take().unwrap();
        assert!(status.is_none() && trailers.is_none(), "{case:?}");
    }
}

#[tokio::test]
async fn the_status_of_an_end_has_its_origin() {
    let reset = Origin::Transport {
        kind: TransportKind::Reset { reason: 8 },
        headers_received: true,
    };
    let peer = Origin::Peer {
        headers_received: true,
    };
    for case in cases() {
        for (then, on_client) in [
            (Then::Trailers(Code::Aborted), peer),
            (Then::Reset(Reason::CANCEL), reset),
        ] {
            let [outer, inner] = [(); 2].map(|()| Arc::new(LastEnd::default()));
            let observe = |last: &Arc<LastEnd>| Observe::from(Arc::clone(last));
            let chain = (observe(&outer), crate::Identity, observe(&inner));
            run(case, chain, answers(then)(case), Caller::ReadsAll).await;
            for last in [outer, inner] {
                let (status, _) = last.0.lock().unwrap().take().unwrap();
                let origin = Origin::of(&status.unwrap());
                match case.side {
                    Side::Client => assert_eq!(origin, on_client, "{case:?} {then:?}"),
                    Side::Server => assert_ne!(origin, peer, "{case:?} {then:?}"),
                }
            }
        }
    }
}

/// Refuses response messages.
struct RefuseReplies;

impl RefuseReplies {
    async fn refuse<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut reply = next.run(call).await?;
        let refuse = |_| Err(Status::data_loss("as asked"));
        reply.payload_mut().try_map(refuse)?;
        Ok(reply)
    }
}

impl Interceptor for RefuseReplies {
    forward!(|self, call, next| self.refuse(call, next));
}

#[tokio::test]
async fn what_an_interceptor_inside_refuses_ends_with_its_own_status() {
    for case in cases() {
        let ends = [(); 3].map(|()| Arc::new(LastEnd::default()));
        let [a, b, c] = [0, 1, 2].map(|index| Observe::from(Arc::clone(&ends[index])));
        let chain = ((a, b), RefuseReplies, c);
        let peer = || answers(Then::Trailers(Code::Ok))(case);
        let seen = run(case, chain, peer(), Caller::ReadsAll).await;
        for outside in &ends[..2] {
            let (status, _) = outside.0.lock().unwrap().take().unwrap();
            let status = status.unwrap();
            assert_eq!(status.code(), Code::DataLoss, "{case:?}");
            assert_eq!(Origin::of(&status).transport(), None, "{case:?}");
        }
        let bare = run(case, RefuseReplies, peer(), Caller::ReadsAll).await;
        assert_eq!(seen, bare, "{case:?}");
    }
}

/// Puts a status into trailers that say OK, in hand or to come.
#[derive(Debug, Clone, Copy)]
struct SpoilTrailers;

impl SpoilTrailers {
    async fn spoil<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut reply = next.run(call).await?;
        reply.map_trailers(|trailers| {
            trailers.insert("grpc-status", "15".parse().unwrap());
        });
        Ok(reply)
    }
}

impl Interceptor for SpoilTrailers {
    forward!(|self, call, next| self.spoil(call, next));
}

#[tokio::test]
async fn trailers_that_an_interceptor_inside_changes_have_the_code() {
    for case in cases() {
        for wants in WANTS {
            let [outside, inside] = [(); 2].map(|()| Arc::new(Recorder::wanting(wants)));
            let observe = |recorder: &Arc<_>| Observe::<Recorder>::from(Arc::clone(recorder));
            let chain = (observe(&outside), SpoilTrailers, observe(&inside));
            let peer = answers(Then::Trailers(Code::Ok))(case);
            run(case, chain, peer, Caller::ReadsAll).await;
            assert_eq!(inside.count("end Ok"), 1, "{case:?} {wants:?}");
            assert_eq!(outside.count("end DataLoss"), 1, "{case:?} {wants:?}");
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

/// Answers without calling `next`: with a status, or with one message.
#[derive(Debug, Clone, Copy)]
struct ShortCircuit(Option<Code>);

macro_rules! answer {
    ($($method:ident($kind:ident) => $reply:expr;)*) => {$(
        async fn $method<N: Next<$kind>>(
            &self,
            _: Call<$kind>,
            _: N,
        ) -> Result<Reply<$kind>, Status> {
            match self.0 {
                Some(code) => Err(Status::new(code, "as asked")),
                None => Ok($reply(Message::encode(&"reply 0".to_owned()))),
            }
        }
    )*};
}

fn stream_of<T: CallType<Response = Streaming>>(message: Message) -> Reply<T> {
    Reply::from_stream(futures_util::stream::iter([Ok(message)]))
}

impl Interceptor for ShortCircuit {
    answer! {
        intercept_unary_unary(UnaryUnary) => Reply::new;
        intercept_unary_stream(UnaryStream) => stream_of;
        intercept_stream_unary(StreamUnary) => Reply::new;
        intercept_stream_stream(StreamStream) => stream_of;
    }
}

#[tokio::test]
async fn a_short_circuit_with_a_status_has_its_code_and_no_messages() {
    let code = Code::Unauthenticated;
    for case in cases() {
        let recorder = Arc::new(Recorder::wanting(Wants::Messages));
        let observe = Observe::from(Arc::clone(&recorder));
        let chain = (observe, ShortCircuit(Some(code)));
        run(case, chain, Peer::new(Then::Hang), Caller::ReadsAll).await;
        let events = case.events(Wants::Messages, 0, false, 0, code);
        assert_eq!(recorder.events(), events, "{case:?}");
    }
}

#[tokio::test]
async fn a_short_circuit_with_a_reply_is_ok_and_has_its_message() {
    for case in cases() {
        for wants in WANTS {
            let recorder = Arc::new(Recorder::wanting(wants));
            let observe = Observe::from(Arc::clone(&recorder));
            let chain = (observe, ShortCircuit(None));
            run(case, chain, Peer::new(Then::Hang), Caller::ReadsAll).await;
            let mut events = case.events(wants, 0, true, 1, Code::Ok);
            events[1] = "headers made".to_owned();
            assert_eq!(recorder.events(), events, "{case:?} {wants:?}");
        }
    }
}
