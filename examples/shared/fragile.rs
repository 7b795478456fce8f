//! `echo.v1.Echo` by handlers that panic: each cannot bear an empty text.

use std::pin::Pin;

use testproto::echo::{EchoReply, EchoRequest, echo_server::Echo};
use tokio_stream::{Stream, StreamExt, iter};
use tonic::{Request, Response, Status, Streaming};

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

/// Cannot bear an empty text.
#[derive(Debug)]
pub(crate) struct Fragile;

#[tonic::async_trait]
impl Echo for Fragile {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        Ok(Response::new(reply(request.into_inner())))
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        let text = request.into_inner().text;
        let texts = ["one", "two", &text].map(ToOwned::to_owned);
        let requests = texts.map(|text| EchoRequest {
            text,
            ..EchoRequest::default()
        });
        Ok(Response::new(Box::pin(iter(requests).then(later))))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let mut requests = request.into_inner();
        let mut last = EchoReply::default();
        while let Some(request) = requests.message().await? {
            last = reply(request);
        }
        Ok(Response::new(last))
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let requests = request.into_inner();
        Ok(Response::new(Box::pin(
            requests.then(async |request| later(request?).await),
        )))
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }
}

fn reply(request: EchoRequest) -> EchoReply {
    assert!(!request.text.is_empty(), "an empty text, and a secret");
    EchoReply {
        text: request.text,
        ..EchoReply::default()
    }
}

/// Not at once, so that what came before it has left.
async fn later(request: EchoRequest) -> Result<EchoReply, Status> {
    tokio::task::yield_now().await;
    Ok(reply(request))
}
