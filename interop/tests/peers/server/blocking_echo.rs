//! [`Echo`] without `async`: it does what the text of a call's first request says, on threads.

use std::sync::{
    Arc, Mutex,
    mpsc::{self, Receiver},
};

use grpc_interceptor::prelude::*;
use testproto::echo::{EchoReply, EchoRequest, echo_server};
use tonic::{Request, Response};

use super::echo::{Echo, Then, reply};

type Replies = Box<dyn Iterator<Item = Result<EchoReply, Status>> + Send>;

#[derive(Debug, Clone)]
pub(super) struct BlockingEcho {
    echo: Echo,
    /// Those that hang wait for this. What has to wait for its call reads the call's messages; a call of one has read it.
    held: Arc<Mutex<Receiver<()>>>,
}

// === impl BlockingEcho ===

impl BlockingEcho {
    pub(super) fn new(echo: Echo, held: mpsc::Receiver<()>) -> Self {
        let held = Arc::new(Mutex::new(held));
        Self { echo, held }
    }

    fn after(&self, then: Then) -> Result<(), Status> {
        match then {
            Then::GoOn => Ok(()),
            Then::Fail => Err(Status::aborted("late")),
            Then::Hang => {
                let _let_go = self.held.lock().unwrap().recv();
                Err(Status::internal("nobody is there to see it"))
            }
            Then::Panic => panic!("secret"),
        }
    }

    fn replies<I>(self, requests: I, then: Then) -> Replies
    where
        I: Iterator<Item = Result<EchoRequest, Status>> + Send + 'static,
    {
        let replies = (0..).zip(requests);
        let replies = replies.map(|(index, request)| Ok(reply(index, request?)));
        if then == Then::GoOn {
            return Box::new(replies);
        }
        let end = std::iter::once_with(move || self.after(then));
        let end = end.filter_map(Result::err).map(Err);
        Box::new(replies.take(1).chain(end))
    }
}

#[blocking_service]
impl echo_server::Echo for BlockingEcho {
    fn unary_echo(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        let (metadata, _, request) = r.into_parts();
        self.after(self.echo.begin(&request, &metadata)?)?;
        Ok(Response::new(reply(0, request)))
    }

    #[blocking(stream)]
    fn server_stream(&self, r: Request<EchoRequest>) -> Result<Response<Replies>, Status> {
        let (metadata, _, request) = r.into_parts();
        let then = self.echo.begin(&request, &metadata)?;
        let requests = std::iter::repeat_n(request.clone(), request.count as usize);
        Ok(Response::new(self.clone().replies(requests.map(Ok), then)))
    }

    fn client_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let (metadata, _, requests) = r.into_parts();
        let (mut texts, mut size) = (Vec::new(), 0);
        for request in requests {
            let request = request?;
            if texts.is_empty() {
                self.after(self.echo.begin(&request, &metadata)?)?;
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

    fn bidi_stream(
        &self,
        r: Request<blocking::Messages<EchoRequest>>,
    ) -> Result<
        Response<impl IntoIterator<Item = Result<EchoReply, Status>, IntoIter: Send> + use<>>,
        Status,
    > {
        let (metadata, _, mut requests) = r.into_parts();
        let Some(first) = requests.next().transpose()? else {
            return Ok(Response::new(Replies::from(Box::new(std::iter::empty()))));
        };
        let then = self.echo.begin(&first, &metadata)?;
        let requests = std::iter::once(Ok(first)).chain(requests);
        Ok(Response::new(self.clone().replies(requests, then)))
    }

    fn say(&self, r: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(r)
    }
}
