//! What the tests of this crate share: an echo service, and calls of all four types.

use std::pin::Pin;

use futures_util::{Stream, StreamExt as _};
use interceptor_core::Methods;
use testproto::echo::{EchoReply, EchoRequest, echo_server};
use tonic::{Request, Response, Status, Streaming};

/// Answers each request message with its text; `fail:<code>` fails with that code.
#[derive(Debug, Clone, Default)]
pub struct Echo;

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

fn answer(request: EchoRequest) -> Result<EchoReply, Status> {
    if let Some(code) = request.text.strip_prefix("fail:") {
        let code: i32 = code.parse().unwrap();
        let mut status = Status::with_details(code.into(), "as asked", b"details"[..].into());
        status
            .metadata_mut()
            .insert("x-failed", "yes".parse().unwrap());
        return Err(status);
    }
    Ok(EchoReply {
        text: request.text,
        ..EchoReply::default()
    })
}

#[tonic::async_trait]
impl echo_server::Echo for Echo {
    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        answer(request.into_inner()).map(Response::new)
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }

    type ServerStreamStream = Replies;

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        let request = request.into_inner();
        let count = request.count;
        let replies = (0..count).map(move |_| answer(request.clone()));
        Ok(Response::new(Box::pin(futures_util::stream::iter(
            replies.collect::<Vec<_>>(),
        ))))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let mut requests = request.into_inner();
        let mut text = String::new();
        while let Some(request) = requests.message().await? {
            text += &answer(request)?.text;
        }
        Ok(Response::new(EchoReply {
            text,
            ..EchoReply::default()
        }))
    }

    type BidiStreamStream = Replies;

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let replies = request.into_inner().map(|request| request.and_then(answer));
        Ok(Response::new(Box::pin(replies)))
    }
}

pub fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}

pub fn request(text: &str, count: u32) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        count,
        ..EchoRequest::default()
    }
}
