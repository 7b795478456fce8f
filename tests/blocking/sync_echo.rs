//! `echo.v1.Echo` without `async`: what it answers is what the async one answers.

use std::thread;

use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response};
use testproto::echo::{EchoReply, EchoRequest, echo_server::Echo};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Says what it is told, and writes down what it saw.
#[derive(Debug, Clone)]
pub(crate) struct SyncEcho {
    seen: UnboundedSender<Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Seen {
    Thread(String),
    Request(String),
    /// The requests came to their end.
    Complete,
    Failed(Code),
    /// So many replies were made.
    Made(u32),
    /// The iterator of replies was dropped.
    Dropped(String),
}

// === impl SyncEcho ===

impl SyncEcho {
    pub(crate) fn new() -> (Self, UnboundedReceiver<Seen>) {
        let (seen, receiver) = unbounded_channel();
        (Self { seen }, receiver)
    }

    fn see(&self, seen: Seen) {
        let _nobody_looks = self.seen.send(seen);
    }

    fn begins(&self) {
        self.see(Seen::Thread(here()));
    }

    fn hear(&self, request: Option<&Result<EchoRequest, Status>>) {
        self.see(match request {
            Some(Ok(request)) => Seen::Request(request.text.clone()),
            Some(Err(status)) => Seen::Failed(status.code()),
            None => Seen::Complete,
        });
    }
}

pub(crate) fn here() -> String {
    thread::current().name().unwrap_or("none").to_owned()
}

#[blocking_service]
impl Echo for SyncEcho {
    fn unary_echo(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.begins();
        let request = r.into_inner();
        assert_ne!(request.text, "panic", "secret");
        Ok(Response::new(reply(0, request.text)))
    }

    fn server_stream(
        &self,
        r: Request<EchoRequest>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        self.begins();
        let EchoRequest { text, count, .. } = r.into_inner();
        let on_drop = TellsDrop(self.clone());
        let replies = (0..count).map(move |index| {
            on_drop.0.see(Seen::Made(index));
            assert_ne!(text, "panic", "secret");
            Ok(reply(index, text.clone()))
        });
        Ok(Response::new(replies))
    }

    fn client_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        self.begins();
        let mut requests = r.into_inner();
        let mut texts = Vec::new();
        loop {
            let request = requests.next();
            self.hear(request.as_ref());
            match request {
                Some(request) => texts.push(request?.text),
                None => break,
            }
        }
        let count = u32::try_from(texts.len()).unwrap();
        Ok(Response::new(reply(count, texts.join(" "))))
    }

    fn bidi_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        self.begins();
        let mut requests = r.into_inner();
        let (on_drop, mut index) = (TellsDrop(self.clone()), 0..);
        Ok(Response::new(std::iter::from_fn(move || {
            let request = requests.next();
            on_drop.0.hear(request.as_ref());
            request.map(|request| Ok(reply(index.next().unwrap(), request?.text)))
        })))
    }

    fn say(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(r)
    }
}

struct TellsDrop(SyncEcho);

impl Drop for TellsDrop {
    fn drop(&mut self) {
        self.0.see(Seen::Dropped(here()));
    }
}

fn reply(index: u32, text: String) -> EchoReply {
    EchoReply {
        text,
        index,
        ..EchoReply::default()
    }
}
