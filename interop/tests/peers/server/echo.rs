//! `echo.v1.Echo`, which does what the text of a call's first request says: as `interop/python/common.py` does.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex},
    time::Instant,
};

use futures_util::{Stream, StreamExt as _, stream};
use testproto::echo::{EchoReply, EchoRequest, echo_server};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tonic::{Code, Request, Response, Status, Streaming, metadata::MetadataMap};

use crate::case::TEXT;

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;
pub(crate) type Attempts = UnboundedReceiver<Attempt>;

/// An attempt at a call that fails some times.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) key: String,
    /// Its `grpc-previous-rpc-attempts`.
    pub(crate) previous: Option<String>,
    pub(crate) at: Instant,
}

#[derive(Debug, Clone)]
pub(crate) struct Echo {
    counts: Arc<Mutex<HashMap<String, u32>>>,
    attempts: UnboundedSender<Attempt>,
}

/// What happens after the first reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    GoOn,
    Fail,
    Hang,
    Panic,
}

// === impl Echo ===

impl Echo {
    pub(crate) fn new() -> (Self, Attempts) {
        let (attempts, receiver) = unbounded_channel();
        let counts = Arc::default();
        (Self { counts, attempts }, receiver)
    }

    pub(super) fn begin(
        &self,
        request: &EchoRequest,
        metadata: &MetadataMap,
    ) -> Result<Then, Status> {
        let words: Vec<_> = request.text.split(' ').collect();
        match *words {
            ["fail"] => Err(failed()),
            ["code", code] => Err(Status::new(code_of(code), "as asked")),
            ["flaky", key, times, code, pushback] => {
                self.flaky(key, times, metadata)
                    .map_err(|attempt| refused(attempt, code_of(code), pushback))?;
                Ok(Then::GoOn)
            }
            ["panic"] => panic!("secret"),
            ["panic", "late"] => Ok(Then::Panic),
            ["late"] => Ok(Then::Fail),
            ["hang"] => Ok(Then::Hang),
            _ => Ok(Then::GoOn),
        }
    }

    /// Refuses the first attempts, and says which one it is.
    fn flaky(&self, key: &str, times: &str, metadata: &MetadataMap) -> Result<(), u32> {
        let mut counts = self.counts.lock().unwrap();
        let attempt = counts.entry(key.to_owned()).or_default();
        *attempt += 1;
        let previous = metadata.get("grpc-previous-rpc-attempts");
        let _nobody_looks = self.attempts.send(Attempt {
            key: key.to_owned(),
            previous: previous.map(|it| it.to_str().unwrap().to_owned()),
            at: Instant::now(),
        });
        if *attempt <= times.parse().unwrap() {
            return Err(*attempt - 1);
        }
        Ok(())
    }
}

#[tonic::async_trait]
impl echo_server::Echo for Echo {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        let (metadata, _, request) = request.into_parts();
        self.begin(&request, &metadata)?.after().await?;
        Ok(Response::new(reply(0, request)))
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        let (metadata, _, request) = request.into_parts();
        let then = self.begin(&request, &metadata)?;
        let requests = stream::repeat(request.clone()).take(request.count as usize);
        Ok(Response::new(replies(requests.map(Ok), then)))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let (metadata, _, mut requests) = request.into_parts();
        let (mut texts, mut size) = (Vec::new(), 0);
        while let Some(request) = requests.message().await? {
            if texts.is_empty() {
                self.begin(&request, &metadata)?.after().await?;
            }
            size += request.payload.len();
            texts.push(request.text);
        }
        Ok(Response::new(EchoReply {
            index: u32::try_from(texts.len()).unwrap(),
            text: texts.join(" "),
            payload: vec![0; size],
        }))
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let (metadata, _, mut requests) = request.into_parts();
        let Some(first) = requests.message().await? else {
            return Ok(Response::new(Box::pin(stream::empty())));
        };
        let then = self.begin(&first, &metadata)?;
        let requests = stream::iter([Ok(first)]).chain(requests);
        Ok(Response::new(replies(requests, then)))
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }
}

// === impl Then ===

impl Then {
    async fn after(self) -> Result<(), Status> {
        match self {
            Self::GoOn => Ok(()),
            Self::Fail => Err(Status::aborted("late")),
            Self::Hang => std::future::pending().await,
            Self::Panic => {
                // tonic keeps messages back until it has to wait, and a panic takes those with it.
                tokio::task::yield_now().await;
                panic!("secret")
            }
        }
    }
}

fn replies<S>(requests: S, then: Then) -> Replies
where
    S: Stream<Item = Result<EchoRequest, Status>> + Send + 'static,
{
    let replies = requests
        .enumerate()
        .map(|(index, request)| Ok(reply(u32::try_from(index).unwrap(), request?)));
    if then == Then::GoOn {
        return Box::pin(replies);
    }
    let end = stream::once(then.after()).map(|end| end.map(|()| EchoReply::default()));
    Box::pin(replies.take(1).chain(end))
}

pub(super) fn reply(index: u32, request: EchoRequest) -> EchoReply {
    EchoReply {
        text: request.text,
        index,
        payload: request.payload,
    }
}

fn failed() -> Status {
    let details: Vec<u8> = (0..=u8::MAX).collect();
    Status::with_details(Code::InvalidArgument, TEXT, details.into())
}

fn refused(attempt: u32, code: Code, pushback: &str) -> Status {
    let mut status = Status::new(code, format!("attempt {attempt}"));
    if pushback != "-" {
        let pushback = pushback.parse().unwrap();
        status
            .metadata_mut()
            .insert("grpc-retry-pushback-ms", pushback);
    }
    status
}

fn code_of(number: &str) -> Code {
    Code::from_i32(number.parse().unwrap())
}
