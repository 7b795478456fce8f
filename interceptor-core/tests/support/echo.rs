//! A service that does what the first request message says.

use std::pin::Pin;

use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use testproto::echo::{EchoReply, EchoRequest, echo_server, echo_server::EchoServer};
use tonic::{Code, Request, Response, Status, Streaming};

use super::{
    Svc,
    body::{Log, reply},
    erase,
};

/// Answers with the texts of the request, but for these, as the first of them:
///
/// - `fail:<code>` fails before headers
/// - `fail-after:<n>:<code>` fails after so many replies
/// - `silent` gives no reply
/// - `big:<n>` gives a reply with so many bytes of payload
///
/// With `x-live` in its metadata, a call with a stream each way is answered message by message.
#[derive(Debug, Clone)]
pub(crate) struct Echo {
    /// The paths of the calls that got here.
    pub(crate) ran: Log<&'static str>,
}

/// An extension that goes through a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark(pub(crate) u32);

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

/// The service alone, with tonic's routes around it.
pub(crate) fn routes() -> Svc {
    Echo::new().routes()
}

impl Echo {
    pub(crate) fn new() -> Self {
        Self { ran: Log::new() }
    }

    pub(crate) fn routes(self) -> Svc {
        routes_of(EchoServer::new(self))
    }

    /// The replies to a request that is all there.
    fn answer(
        &self,
        method: &'static str,
        requests: &[EchoRequest],
    ) -> Result<Vec<Result<EchoReply, Status>>, Status> {
        self.ran.push(method);
        let first = requests.first().map_or("", |request| &*request.text);
        let mut words = first.split(':');
        let command = words.next().unwrap_or_default();
        let numbers: Vec<i32> = words.filter_map(|word| word.parse().ok()).collect();
        let echoed = requests.iter().map(|request| reply(&request.text));
        match (command, &*numbers) {
            ("fail", &[code]) => Err(failure(code)),
            ("fail-after", &[count, code]) => {
                let replies = (0..count).map(|index| Ok(reply(&index.to_string())));
                Ok(replies.chain([Err(failure(code))]).collect())
            }
            ("silent", _) => Ok(Vec::new()),
            ("big", &[bytes]) => Ok(vec![Ok(EchoReply {
                payload: vec![7; usize::try_from(bytes).unwrap()],
                ..EchoReply::default()
            })]),
            _ => Ok(echoed.map(Ok).collect()),
        }
    }

    /// The same, as one message.
    fn joined(
        &self,
        method: &'static str,
        requests: &[EchoRequest],
    ) -> Result<Response<EchoReply>, Status> {
        let replies = self.answer(method, requests)?;
        let replies = replies.into_iter().collect::<Result<Vec<_>, _>>()?;
        let texts: Vec<_> = replies.iter().map(|reply| &*reply.text).collect();
        Ok(with_headers(EchoReply {
            text: texts.join(" "),
            index: u32::try_from(requests.len()).unwrap(),
            payload: replies.iter().flat_map(|r| r.payload.clone()).collect(),
        }))
    }
}

pub(crate) fn routes_of(server: EchoServer<Echo>) -> Svc {
    erase(tonic::service::Routes::new(server))
}

/// A status with all that a status can have.
pub(crate) fn failure(code: i32) -> Status {
    let details = b"some \x00 details"[..].into();
    let mut status = Status::with_details(Code::from(code), "as äsked, 100 %\n", details);
    let metadata = status.metadata_mut();
    metadata.insert("x-failed", "yes".parse().unwrap());
    metadata.append("x-failed", "twice".parse().unwrap());
    metadata.insert_bin(
        "x-failed-bin",
        tonic::metadata::BinaryMetadataValue::from_bytes(b"\x00\xff"),
    );
    status.set_source(std::sync::Arc::new(std::io::Error::other("the reason")));
    status
}

fn with_headers<T>(message: T) -> Response<T> {
    let mut response = Response::new(message);
    let metadata = response.metadata_mut();
    metadata.insert("x-initial", "yes".parse().unwrap());
    metadata.append("x-initial", "twice".parse().unwrap());
    metadata.insert_bin(
        "x-initial-bin",
        tonic::metadata::BinaryMetadataValue::from_bytes(b"\x00\xff"),
    );
    response.extensions_mut().insert(Mark(1));
    response
}

async fn all(request: Request<Streaming<EchoRequest>>) -> Result<Vec<EchoRequest>, Status> {
    request.into_inner().try_collect().await
}

#[tonic::async_trait]
impl echo_server::Echo for Echo {
    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        self.joined("UnaryEcho", &[request.into_inner()])
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.joined("Say", &[request.into_inner()])
    }

    type ServerStreamStream = Replies;

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        let replies = self.answer("ServerStream", &[request.into_inner()])?;
        Ok(with_headers(stream::iter(replies).boxed()))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        self.joined("ClientStream", &all(request).await?)
    }

    type BidiStreamStream = Replies;

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        if request.metadata().contains_key("x-live") {
            self.ran.push("BidiStream");
            let requests = request.into_inner();
            let replies = requests.map(|request| Ok(reply(&request?.text)));
            return Ok(with_headers(replies.boxed()));
        }
        let replies = self.answer("BidiStream", &all(request).await?)?;
        Ok(with_headers(stream::iter(replies).boxed()))
    }
}
