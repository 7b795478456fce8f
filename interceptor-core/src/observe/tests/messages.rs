//! Messages are counted exactly, shown if they can be, and pass as they came.

use std::{
    future::{Ready, ready},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use tonic::{Code, Status, body::Body};

use super::*;
use crate::{
    Call, CallType, Interceptor, Message, Next, Reply, Single, StreamStream, StreamUnary,
    Streaming, UnaryStream, UnaryUnary, interceptor::forward,
};

fn peer(case: Case) -> Peer {
    Peer {
        replies: case.replies(),
        ..Peer::new(Then::Trailers(Code::Ok))
    }
}

/// What a recorder saw of a request of these frames.
async fn requests_seen(case: Case, wants: Wants, frames: Vec<Bytes>) -> Vec<String> {
    let recorder = Arc::new(Recorder::wanting(wants));
    let observe = Observe::from(Arc::clone(&recorder));
    let channel = case.channel(observe, peer(case));
    send(channel, case.request_of(frames), Caller::ReadsAll).await;
    let mut events = recorder.events();
    events.retain(|event| event.starts_with('>'));
    events
}

fn streaming() -> impl Iterator<Item = Case> {
    cases().filter(|case| case.kind == crate::CallKind::StreamStream)
}

#[tokio::test]
async fn a_message_counts_with_its_last_byte_however_it_is_split() {
    let two: Bytes = [wire("one"), wire("two")].concat().into();
    for case in streaming() {
        for first in 0..=two.len() {
            for second in first..=two.len() {
                let frames = vec![
                    two.slice(..first),
                    two.slice(first..second),
                    two.slice(second..),
                ];
                let seen = requests_seen(case, Wants::Lengths, frames.clone()).await;
                assert_eq!(seen, ["> 10", "> 10"], "{first} {second}");
                let seen = requests_seen(case, Wants::Messages, frames).await;
                assert_eq!(seen, ["> one", "> two"], "{first} {second}");
            }
        }
    }
}

#[tokio::test]
async fn the_beginning_of_a_message_does_not_count() {
    let two: Bytes = [wire("one"), wire("two")].concat().into();
    for case in streaming() {
        for end in 10..two.len() {
            let seen = requests_seen(case, Wants::Messages, vec![two.slice(..end)]).await;
            assert_eq!(seen, ["> one"], "{end}");
        }
    }
}

#[tokio::test]
async fn only_what_the_peer_reads_counts() {
    for case in cases() {
        for reads in 0..=case.requests() {
            for wants in [Wants::Lengths, Wants::Messages] {
                let recorder = Arc::new(Recorder::wanting(wants));
                let observe = Observe::from(Arc::clone(&recorder));
                let peer = Peer {
                    reads,
                    ..peer(case)
                };
                run(case, observe, peer, Caller::ReadsAll).await;
                let replies = case.replies();
                let events = case.events(wants, reads, true, replies, Code::Ok);
                assert_eq!(recorder.events(), events, "{case:?} {reads}");
            }
        }
    }
}

#[tokio::test]
async fn what_cannot_be_shown_still_passes_and_counts() {
    let large = wire(&"x".repeat(100));
    let unknown_flag = Bytes::from_static(b"\x07\0\0\0\x01x");
    let no_encoding = Bytes::from_static(b"\x01\0\0\0\x01x");
    for case in streaming() {
        let recorder = Arc::new(Recorder::wanting(Wants::Messages));
        let observe = Observe::from(Arc::clone(&recorder));
        let channel = case.small_channel(observe, peer(case));
        let frames = [&large, &wire("a"), &unknown_flag, &no_encoding, &wire("b")];
        let joined: Bytes = frames.map(|frame| &frame[..]).concat().into();
        let seen = send(channel, case.request_of(vec![joined]), Caller::ReadsAll).await;
        assert_eq!(seen.error, None);
        let mut events = recorder.events();
        events.retain(|event| event.starts_with('>'));
        assert_eq!(events, ["> 107", "> a", "> 6", "> 6", "> b"], "{case:?}");
    }
}

#[tokio::test]
async fn a_compressed_message_is_shown_decompressed_and_passes_as_it_came() {
    use std::io::Write as _;

    let plain = Message::encode(&"compressed".to_owned()).bytes().unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&plain).unwrap();
    let packed = gzip.finish().unwrap();
    let length = u32::try_from(packed.len()).unwrap().to_be_bytes();
    let frame: Bytes = [&[1][..], &length, &packed].concat().into();
    for case in streaming() {
        let recorder = Arc::new(Recorder::wanting(Wants::Messages));
        let channel = case.channel(Observe::from(Arc::clone(&recorder)), peer(case));
        let mut request = case.request_of(vec![frame.clone()]);
        let headers = request.headers_mut();
        headers.insert("grpc-encoding", "gzip".parse().unwrap());
        send(channel, request, Caller::ReadsAll).await;
        assert_eq!(recorder.count("> compressed"), 1);
    }
}

#[tokio::test]
async fn frames_pass_as_they_came() {
    for case in cases() {
        let bare = run(case, crate::Identity, peer(case), Caller::ReadsAll).await;
        for wants in [Wants::Nothing, Wants::Lengths, Wants::Messages] {
            let observe = Observe::new(Recorder::wanting(wants));
            let seen = run(case, observe, peer(case), Caller::ReadsAll).await;
            assert_eq!(seen, bare, "{case:?} {wants:?}");
        }
    }
}

/// What else may stand in a chain and have its hands on messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meddler {
    Looks,
    Ends,
    /// Refuses the second message, or the only one.
    Refuses,
}

impl Interceptor for Meddler {
    forward!(|self, call, next| self.meddle(call, next));
}

impl Meddler {
    async fn meddle<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut left = usize::from(T::KIND.client_streaming());
        match self {
            Self::Looks => call.payload_mut().inspect(|_| {})?,
            Self::Ends => {}
            Self::Refuses => call.payload_mut().try_map(move |message| {
                let refused = Status::data_loss("as asked");
                left.checked_sub(1).map(|next| left = next).ok_or(refused)?;
                Ok(message)
            })?,
        }
        let mut reply = next.run(call).on_end(|_| {}).await?;
        if *self == Self::Looks {
            reply.payload_mut().inspect(|_| {})?;
        }
        Ok(reply)
    }
}

#[tokio::test]
async fn messages_count_between_others_who_look() {
    for case in cases() {
        for wants in [Wants::Nothing, Wants::Lengths, Wants::Messages] {
            for [outer, inner] in [
                [Meddler::Looks, Meddler::Ends],
                [Meddler::Ends, Meddler::Looks],
                [Meddler::Looks, Meddler::Looks],
            ] {
                let recorder = Arc::new(Recorder::wanting(wants));
                let observe = Observe::from(Arc::clone(&recorder));
                run(case, (outer, observe, inner), peer(case), Caller::ReadsAll).await;
                let (requests, replies) = (case.requests(), case.replies());
                let events = case.events(wants, requests, true, replies, Code::Ok);
                assert_eq!(recorder.events(), events, "{case:?} {outer:?} {inner:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_refused_message_has_passed_who_stands_outside_of_the_refusal_only() {
    for case in cases() {
        for wants in [Wants::Nothing, Wants::Lengths, Wants::Messages] {
            let passed = case.requests().min(2);
            let observers = [(); 2].map(|()| Arc::new(Recorder::wanting(wants)));
            let [outer, inner] = [0, 1].map(|index| Observe::from(Arc::clone(&observers[index])));
            let chain = (outer, Meddler::Refuses, inner);
            let seen = run(case, chain, peer(case), Caller::ReadsAll).await;
            for (recorder, passed) in observers.iter().zip([passed, passed - 1]) {
                let events = case.events(wants, passed, false, 0, Code::DataLoss);
                assert_eq!(recorder.events(), events, "{case:?} {wants:?}");
            }
            let bare = run(case, Meddler::Refuses, peer(case), Caller::ReadsAll).await;
            assert_eq!(seen, bare, "{case:?} {wants:?}");
        }
    }
}

#[tokio::test]
async fn a_message_that_is_refused_when_the_response_is_under_way_ends_the_call_for_all() {
    for case in streaming() {
        for wants in [Wants::Nothing, Wants::Lengths, Wants::Messages] {
            let observers = [(); 2].map(|()| Arc::new(Recorder::wanting(wants)));
            let [outer, inner] = [0, 1].map(|index| Observe::from(Arc::clone(&observers[index])));
            let peer = || Peer::new(Then::Echo);
            let chain = (outer, Meddler::Refuses, inner);
            let seen = run(case, chain, peer(), Caller::ReadsAll).await;
            for (recorder, passed) in observers.iter().zip([2, 1]) {
                assert_eq!(recorder.count("end DataLoss"), 1, "{case:?} {wants:?}");
                let passed = if wants == Wants::Nothing { 0 } else { passed };
                assert_eq!(recorder.count(">"), passed, "{case:?} {wants:?}");
                assert_eq!(recorder.in_flight(), 0);
            }
            let bare = run(case, Meddler::Refuses, peer(), Caller::ReadsAll).await;
            assert_eq!(seen, bare, "{case:?} {wants:?}");
        }
    }
}

#[tokio::test]
async fn nothing_is_told_after_the_end() {
    let closures = Arc::new(AtomicUsize::new(0));
    for case in cases() {
        let rest = Arc::new(Mutex::new(Body::empty()));
        let peer = Peer {
            reads: 0,
            rest: Some(Arc::clone(&rest)),
            ..Peer::new(Then::TrailersOnly(Code::Aborted))
        };
        let recorder = Arc::new(Recorder::wanting(Wants::Lengths));
        let counter = Counter(Arc::clone(&closures));
        let observe = Observe::new((Arc::clone(&recorder), counter));
        run(case, observe, peer, Caller::ReadsAll).await;
        let body = std::mem::take(&mut *rest.lock().unwrap());
        let bytes = body.collect().await.unwrap().to_bytes();
        assert_eq!(bytes.len(), 16 * case.requests());
        let events = case.events(Wants::Lengths, 0, false, 0, Code::Aborted);
        assert_eq!(recorder.events(), events, "{case:?}");
        // A closure of the observer's own is told all the same: they did pass.
        assert_eq!(closures.swap(0, Ordering::SeqCst), case.requests());
    }
}

/// Counts request messages by a closure.
struct Counter(Arc<AtomicUsize>);

impl Observer for Counter {
    type Call = ();

    fn start(&self, start: &mut Start<'_>) {
        let count = Arc::clone(&self.0);
        start.on_request_message(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        });
    }

    fn end(&self, (): (), _: &End<'_>) {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_ways_may_pass_at_once() {
    const MESSAGES: usize = 200;
    for case in streaming() {
        let recorder = Arc::new(Recorder::wanting(Wants::Lengths));
        let (sender, receiver) = channel_body();
        let channel = case.channel(Observe::from(Arc::clone(&recorder)), Peer::new(Then::Echo));
        let request = case.request_of(Vec::new()).map(|_| receiver);
        let sends = tokio::spawn(async move {
            for _ in 0..MESSAGES {
                sender.send(Ok(Frame::data(wire("x")))).await.unwrap();
            }
        });
        let seen = tokio::spawn(send(channel, request, Caller::ReadsAll));
        sends.await.unwrap();
        assert_eq!(seen.await.unwrap().frames.len(), MESSAGES);
        assert_eq!(
            (recorder.count(">"), recorder.count("<")),
            (MESSAGES, MESSAGES)
        );
        assert_eq!(recorder.count(&format!("end Ok {MESSAGES} {MESSAGES}")), 1);
    }
}

type Sender = tokio::sync::mpsc::Sender<Result<Frame<Bytes>, Status>>;

/// A body, and who sends its frames.
fn channel_body() -> (Sender, Body) {
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    let frames = tokio_stream::wrappers::ReceiverStream::new(receiver);
    (sender, Body::new(StreamBody::new(frames)))
}

/// Reads the message, or puts another in its place; of a stream, all of them.
#[derive(Debug, Clone, Copy)]
enum Taker {
    Reads,
    Replaces,
}

macro_rules! take {
    ($($method:ident($kind:ident) => $take:ident;)*) => {$(
        async fn $method<N: Next<$kind>>(
            &self,
            mut call: Call<$kind>,
            next: N,
        ) -> Result<Reply<$kind>, Status> {
            $take(*self, &mut call).await?;
            next.run(call).await
        }
    )*};
}

impl Interceptor for Taker {
    take! {
        intercept_unary_unary(UnaryUnary) => one;
        intercept_unary_stream(UnaryStream) => one;
        intercept_stream_unary(StreamUnary) => many;
        intercept_stream_stream(StreamStream) => many;
    }
}

async fn one<T: CallType<Request = Single>>(
    taker: Taker,
    call: &mut Call<T>,
) -> Result<(), Status> {
    match taker {
        Taker::Reads => drop(call.message().await?),
        Taker::Replaces => call.set_message(Message::encode(&"request 0".to_owned())),
    }
    Ok(())
}

fn many<T: CallType<Request = Streaming>>(
    _: Taker,
    call: &mut Call<T>,
) -> Ready<Result<(), Status>> {
    call.map_messages(|messages| messages);
    ready(Ok(()))
}

#[tokio::test]
async fn a_message_that_was_read_or_replaced_counts_once() {
    for case in cases() {
        for taker in [Taker::Reads, Taker::Replaces] {
            for wants in [Wants::Lengths, Wants::Messages] {
                let observers = [(); 2].map(|()| Arc::new(Recorder::wanting(wants)));
                let [outer, inner] =
                    [0, 1].map(|index| Observe::from(Arc::clone(&observers[index])));
                run(case, (outer, taker, inner), peer(case), Caller::ReadsAll).await;
                for recorder in observers {
                    let (requests, replies) = (case.requests(), case.replies());
                    let mut events = recorder.events();
                    events.sort();
                    let mut expected = case.events(wants, requests, true, replies, Code::Ok);
                    expected.sort();
                    assert_eq!(events, expected, "{case:?} {taker:?} {wants:?}");
                }
            }
        }
    }
}
