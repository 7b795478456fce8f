//! Bodies that do as they are told, and tell what was done to them.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use http_body::{Body as _, Frame};
use prost::Message as _;
use testproto::echo::{EchoReply, EchoRequest};
use tonic::{Code, Status, body::Body};

use super::{Svc, service};

/// What a body does when it is polled next. At the end of its steps it ends.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Data(Bytes),
    Trailers(HeaderMap),
    Fail(Status),
    Panic,
    /// Once: as a producer that is slower than its consumer.
    Wait,
    /// For ever, and wakes nobody.
    Hang,
}

/// What was done to a body.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch(Arc<Watched>);

#[derive(Debug, Default)]
struct Watched {
    polls: AtomicUsize,
    hints: AtomicUsize,
    /// Where on the stack the last poll was: a wrapper around the body would be a step further down.
    depth: AtomicUsize,
    ended: AtomicBool,
    dropped: AtomicBool,
}

struct Scripted {
    steps: VecDeque<Step>,
    watch: Watch,
}

/// A body of these steps.
pub(crate) fn body(steps: impl IntoIterator<Item = Step>) -> Body {
    watched(steps, &Watch::default())
}

/// A body of these steps, of which `watch` tells.
pub(crate) fn watched(steps: impl IntoIterator<Item = Step>, watch: &Watch) -> Body {
    let steps = steps.into_iter().collect();
    let watch = watch.clone();
    Body::new(Scripted { steps, watch })
}

/// 200, `application/grpc`, and a body of these steps.
pub(crate) fn answer(steps: impl IntoIterator<Item = Step>) -> Response<Body> {
    respond(body(steps))
}

/// 200, `application/grpc`, and this body.
pub(crate) fn respond(body: Body) -> Response<Body> {
    let response = Response::builder().header("content-type", "application/grpc");
    response.body(body).unwrap()
}

/// An answer without a body, with a status in its headers.
pub(crate) fn refuse(code: Code, message: &str) -> Response<Body> {
    let mut response = respond(Body::empty());
    response.headers_mut().extend(status(code, message));
    response
}

/// One message, a request's or a reply's, as DATA.
pub(crate) fn data(text: &str) -> Step {
    Step::Data(frame(text))
}

/// Trailers that say OK.
pub(crate) fn ok() -> Step {
    Step::Trailers(status(Code::Ok, ""))
}

/// Trailers that say this.
pub(crate) fn failed(code: Code, message: &str) -> Step {
    Step::Trailers(status(code, message))
}

/// Headers or trailers with a status.
pub(crate) fn status(code: Code, message: &str) -> HeaderMap {
    let code = i32::from(code).to_string();
    let mut headers = headers(&[("grpc-status", &code)]);
    if !message.is_empty() {
        headers.insert("grpc-message", message.parse().unwrap());
    }
    headers
}

/// Headers or trailers.
pub(crate) fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let line = |&(name, value): &(&'static str, &str)| {
        let value = HeaderValue::from_str(value).unwrap();
        (HeaderName::from_static(name), value)
    };
    lines.iter().map(line).collect()
}

/// One message on the wire. Requests and replies have their text in the same field.
pub(crate) fn frame(text: &str) -> Bytes {
    framed(0, &request(text).encode_to_vec())
}

/// A prefix, and what follows it.
pub(crate) fn framed(flag: u8, payload: &[u8]) -> Bytes {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&[flag], &length[..], payload].concat().into()
}

pub(crate) fn request(text: &str) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        ..EchoRequest::default()
    }
}

pub(crate) fn reply(text: &str) -> EchoReply {
    EchoReply {
        text: text.to_owned(),
        ..EchoReply::default()
    }
}

// === impl Watch ===

impl Watch {
    /// How often it was polled.
    pub(crate) fn polls(&self) -> usize {
        self.0.polls.load(SeqCst)
    }

    /// How often it was asked how long it is, or whether it is at its end.
    pub(crate) fn hints(&self) -> usize {
        self.0.hints.load(SeqCst)
    }

    pub(crate) fn depth(&self) -> usize {
        self.0.depth.load(SeqCst)
    }

    /// Whether it was read to its end.
    pub(crate) fn is_ended(&self) -> bool {
        self.0.ended.load(SeqCst)
    }

    pub(crate) fn is_dropped(&self) -> bool {
        self.0.dropped.load(SeqCst)
    }
}

// === impl Scripted ===

impl http_body::Body for Scripted {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let here = 0_u8;
        self.watch
            .0
            .depth
            .store(std::ptr::from_ref(&here).addr(), SeqCst);
        self.watch.0.polls.fetch_add(1, SeqCst);
        Poll::Ready(match self.steps.pop_front() {
            Some(Step::Data(data)) => Some(Ok(Frame::data(data))),
            Some(Step::Trailers(trailers)) => Some(Ok(Frame::trailers(trailers))),
            Some(Step::Fail(status)) => Some(Err(status)),
            Some(Step::Panic) => panic!("the body was told to panic"),
            Some(Step::Wait) => {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Some(Step::Hang) => {
                self.steps.push_front(Step::Hang);
                return Poll::Pending;
            }
            None => {
                self.watch.0.ended.store(true, SeqCst);
                None
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.watch.0.hints.fetch_add(1, SeqCst);
        false
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.watch.0.hints.fetch_add(1, SeqCst);
        http_body::SizeHint::default()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.watch.0.dropped.store(true, SeqCst);
    }
}

/// What came out of a body.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Read {
    pub(crate) chunks: Vec<Bytes>,
    pub(crate) trailers: Option<HeaderMap>,
    /// What it broke with, if it did not end.
    pub(crate) broken: Option<String>,
}

impl Read {
    /// Reads a body to its end, or until it breaks.
    pub(crate) async fn to_end(mut body: Body) -> Self {
        let mut read = Self::default();
        while let Some(frame) = next(&mut body).await {
            match frame.map(Frame::into_data) {
                Ok(Ok(data)) => read.chunks.push(data),
                Ok(Err(frame)) => read.trailers = frame.into_trailers().ok(),
                Err(status) => {
                    // Not polled any more: some bodies give an error again and again.
                    read.broken = Some(status.to_string());
                    break;
                }
            }
        }
        read
    }

    pub(crate) fn bytes(&self) -> Bytes {
        self.chunks.concat().into()
    }

    /// The texts of its messages.
    pub(crate) fn texts(&self) -> Vec<String> {
        texts(&self.bytes())
    }
}

/// The texts of the messages in these bytes, none of which is compressed.
pub(crate) fn texts(mut bytes: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    while let Some((prefix, rest)) = bytes.split_first_chunk::<5>() {
        let length = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]) as usize;
        texts.push(EchoRequest::decode(&rest[..length]).unwrap().text);
        bytes = &rest[length..];
    }
    assert!(bytes.is_empty(), "half a message is left");
    texts
}

/// Reads the request to its end, writes it down, and answers with these steps.
pub(crate) fn replying(requests: &Log<Read>, steps: &[Step]) -> Svc {
    let (requests, steps) = (requests.clone(), steps.to_vec());
    service(move |request| {
        let (requests, steps) = (requests.clone(), steps.clone());
        async move {
            requests.push(Read::to_end(request.into_body()).await);
            Ok(answer(steps))
        }
    })
}

/// The next frame of a body.
pub(crate) async fn next(body: &mut Body) -> Option<Result<Frame<Bytes>, Status>> {
    std::future::poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await
}

/// A log that many write into.
#[derive(Debug, Default)]
pub(crate) struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T> Log<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn push(&self, entry: T) {
        self.0.lock().unwrap().push(entry);
    }

    /// What was written so far, which is then gone.
    pub(crate) fn take(&self) -> Vec<T> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
