use std::{
    future::pending,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::{
    StreamExt as _, TryStreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use http::{HeaderMap, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use tonic::{Code, Status, body::Body};
use tower_service::Service;

use crate::Message;

/// What is below the layer: it reads the request, or some of it, and does as it is told.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    /// How many frames of the request it reads before it answers.
    pub(super) reads: usize,
    /// Where it leaves the rest of the request, if somebody waits for it.
    pub(super) rest: Option<Arc<Mutex<Body>>>,
    /// How many messages it sends, if it answers.
    pub(super) replies: usize,
    pub(super) then: Then,
}

/// What comes behind its messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Trailers(Code),
    /// OK stands in the headers, and another code in the trailers.
    HeadersAndTrailers(Code),
    /// OK stands in the headers, and nothing comes.
    Nothing,
    NoTrailers,
    /// All messages of the request, as they come.
    Echo,
    Reset(h2::Reason),
    Hang,
    Panic,
    /// There are no headers, but a status in their place.
    TrailersOnly(Code),
    /// There are no headers either.
    ResetAtOnce(h2::Reason),
    HangAtOnce,
    PanicAtOnce,
}

type Frames = BoxStream<'static, Result<Frame<Bytes>, Status>>;

// === impl Peer ===

impl Peer {
    pub(super) fn new(then: Then) -> Self {
        Self {
            reads: if then == Then::Echo { 0 } else { usize::MAX },
            rest: None,
            replies: 0,
            then,
        }
    }

    async fn answer(self, request: Request<Body>) -> Result<Response<Body>, Status> {
        let mut body = request.into_body();
        for _ in 0..self.reads {
            match body.frame().await {
                Some(frame) => drop(frame?),
                None => break,
            }
        }
        match self.then {
            Then::ResetAtOnce(reason) => return Err(reset(reason)),
            Then::HangAtOnce => pending().await,
            Then::PanicAtOnce => panic!("as asked"),
            _ => {}
        }
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert("x-peer", "here".parse().unwrap());
        match self.then {
            Then::TrailersOnly(code) => put(headers, code),
            Then::Nothing | Then::HeadersAndTrailers(_) => put(headers, Code::Ok),
            _ => {}
        }
        if !self.is_empty() {
            *response.body_mut() = Body::new(StreamBody::new(self.frames(body)));
        } else if let Some(rest) = self.rest {
            *rest.lock().unwrap() = body;
        }
        Ok(response)
    }

    /// Whether its body is at its end from the beginning.
    fn is_empty(&self) -> bool {
        let nothing_follows = matches!(self.then, Then::Nothing | Then::NoTrailers);
        matches!(self.then, Then::TrailersOnly(_)) || self.replies == 0 && nothing_follows
    }

    fn frames(&self, request: Body) -> Frames {
        let replies =
            (0..self.replies).map(|index| Ok(Frame::data(wire(&format!("reply {index}")))));
        let end: Frames = match self.then {
            Then::Trailers(code) | Then::HeadersAndTrailers(code) => {
                let mut trailers = HeaderMap::new();
                put(&mut trailers, code);
                trailers.insert("x-trailer", "here".parse().unwrap());
                stream::iter([Ok(Frame::trailers(trailers))]).boxed()
            }
            Then::Echo => request
                .into_data_stream()
                .map_ok(Frame::data)
                .map_err(|_| reset(h2::Reason::CANCEL))
                .chain(stream::iter([Ok(Frame::trailers(ok()))]))
                .boxed(),
            Then::Reset(reason) => stream::iter([Err(reset(reason))]).boxed(),
            Then::Hang => stream::pending().boxed(),
            Then::Panic => stream::poll_fn(|_| panic!("as asked")).boxed(),
            _ => stream::empty().boxed(),
        };
        stream::iter(replies.collect::<Vec<_>>()).chain(end).boxed()
    }
}

impl Service<Request<Body>> for Peer {
    type Response = Response<Body>;
    type Error = Status;
    type Future = BoxFuture<'static, Result<Response<Body>, Status>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Status>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        Box::pin(self.clone().answer(request)) as Pin<Box<_>>
    }
}

/// A message as it is on the wire.
pub(super) fn wire(text: &str) -> Bytes {
    Message::encode(&text.to_owned())
        .into_wire(&crate::message::Format::default())
        .unwrap()
}

fn put(headers: &mut HeaderMap, code: Code) {
    headers.insert("grpc-status", i32::from(code).into());
}

fn ok() -> HeaderMap {
    let mut trailers = HeaderMap::new();
    put(&mut trailers, Code::Ok);
    trailers
}

fn reset(reason: h2::Reason) -> Status {
    Status::from_error(Box::new(h2::Error::from(reason)))
}
