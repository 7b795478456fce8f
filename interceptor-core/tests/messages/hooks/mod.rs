//! `inspect`, `try_map`, `message` and `set_message`, on both ways.

mod compressed;
mod single;

use bytes::Bytes;
use http::{Request, Response};
use interceptor_core::{Call, CallKind, CallType, Message, Next, Reply};
use tonic::{Code, Status, body::Body};
use tower::{Service as _, ServiceExt as _};

use super::{answering, message, replies, requests, text};
use crate::support::{
    Svc, around,
    body::{Log, Read, Step, body, frame, ok, replying},
    caller::call,
    chain::one_body,
    everywhere, path,
};

/// Writes down each message, both ways.
#[derive(Debug, Clone)]
pub(super) struct Inspect {
    requests: Log<String>,
    pub(super) replies: Log<String>,
}

impl Inspect {
    pub(super) fn new() -> Self {
        let (requests, replies) = (Log::new(), Log::new());
        Self { requests, replies }
    }

    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (requests, replies) = (self.requests.clone(), self.replies.clone());
        call.payload_mut()
            .inspect(move |message| requests.push(text(message)))?;
        let mut reply = next.run(call).await?;
        reply
            .payload_mut()
            .inspect(move |message| replies.push(text(message)))?;
        Ok(reply)
    }
}

one_body!([] Inspect);

/// Puts its name behind each text, both ways.
#[derive(Debug, Clone)]
struct Sign(&'static str);

impl Sign {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let name = self.0;
        let sign = move |it: Message| Ok(message(&(text(&it) + name)));
        call.payload_mut().try_map(sign)?;
        let mut reply = next.run(call).await?;
        reply.payload_mut().try_map(sign)?;
        Ok(reply)
    }
}

one_body!([] Sign);

pub(super) async fn send(service: &Svc, kind: CallKind, body: Body) -> Response<Body> {
    let request = Request::post(path(kind)).body(body).unwrap();
    let mut service = service.clone();
    service.ready().await.unwrap().call(request).await.unwrap()
}

/// The bytes in pieces of that length.
fn pieces(texts: &[&str], length: usize) -> Vec<Step> {
    let frames: Vec<Bytes> = texts.iter().map(|text| frame(text)).collect();
    let bytes = frames.concat();
    let chunks = bytes.chunks(length).map(Bytes::copy_from_slice);
    chunks.map(Step::Data).collect()
}

/// Each text twice, as two see it.
fn twice(texts: &[&'static str]) -> Vec<&'static str> {
    texts.iter().flat_map(|&text| [text, text]).collect()
}

/// Pitfall P42.
#[tokio::test]
async fn inspect_sees_each_message_and_changes_none() {
    for (kind, side) in everywhere() {
        for length in [1, 4, 5, 6, 7, 100] {
            let (inspect, arrived) = (Inspect::new(), Log::new());
            let mut steps = pieces(replies(kind), length);
            steps.push(ok());
            let chain = (inspect.clone(), inspect.clone());
            let service = around(side, chain, replying(&arrived, &steps));
            let response = send(&service, kind, body(pieces(requests(kind), length))).await;
            let read = Read::to_end(response.into_body()).await;

            let context = format!("{kind} {side} in pieces of {length}");
            let arrived = arrived.take().pop().unwrap();
            assert_eq!(arrived.texts(), requests(kind), "{context}");
            assert_eq!(read.texts(), replies(kind), "{context}");
            assert_eq!(read.trailers.unwrap()["grpc-status"], "0", "{context}");
            assert_eq!(inspect.requests.take(), twice(requests(kind)), "{context}");
            assert_eq!(inspect.replies.take(), twice(replies(kind)), "{context}");
        }
    }
}

#[tokio::test]
async fn try_map_changes_messages_from_the_outermost_in() {
    for (kind, side) in everywhere() {
        let arrived = Log::new();
        let below = replying(&arrived, &answering(kind));
        let outcome = call(
            &around(side, (Sign("1"), Sign("2")), below),
            kind,
            requests(kind),
        )
        .await;
        let signed = |texts: &[&str], by| {
            texts
                .iter()
                .map(|it| format!("{it}{by}"))
                .collect::<Vec<_>>()
        };
        let arrived = arrived.take().pop().unwrap();
        assert_eq!(
            arrived.texts(),
            signed(requests(kind), "12"),
            "{kind} {side}"
        );
        assert_eq!(
            outcome.texts(),
            signed(replies(kind), "21"),
            "{kind} {side}"
        );
        assert_eq!(outcome.code(), Code::Ok, "{kind} {side}");
    }
}
