//! `echo.v1.Echo`, as one writes it for tonic: there is no trace of interceptors in it.

use std::pin::Pin;

use testproto::echo::{EchoReply, EchoRequest, echo_server::Echo};
use tokio_stream::{Stream, StreamExt, iter};
use tonic::{Request, Response, Status, Streaming};

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

/// Says what it is told.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct EchoService;

// === impl EchoService ===

#[tonic::async_trait]
impl Echo for EchoService {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        Ok(Response::new(reply(0, request.into_inner())))
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        let request = request.into_inner();
        let replies = (0..request.count).map(move |index| Ok(reply(index, request.clone())));
        Ok(Response::new(Box::pin(iter(replies))))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let mut requests = request.into_inner();
        let mut texts = Vec::new();
        while let Some(request) = requests.message().await? {
            texts.push(request.text);
        }
        let index = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        Ok(Response::new(EchoReply {
            text: texts.join(" "),
            index,
            ..EchoReply::default()
        }))
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let mut index = 0..;
        let replies = request
            .into_inner()
            .map(move |request| Ok(reply(index.next().unwrap_or_default(), request?)));
        Ok(Response::new(Box::pin(replies)))
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }
}

fn reply(index: u32, request: EchoRequest) -> EchoReply {
    EchoReply {
        text: request.text,
        index,
        payload: request.payload,
    }
}
