//! What an interceptor inside of the observer makes of the end.

use tonic::{Code, Status};

use super::*;
use crate::{
    Call, CallType, Interceptor, Message, Next, Origin, Reply, StreamStream, StreamUnary,
    Streaming, UnaryStream, UnaryUnary, interceptor::forward,
};

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
