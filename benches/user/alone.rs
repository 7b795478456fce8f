//! A user's server and client, on tonic alone.

mod echo;

use std::error::Error;

use echo::{EchoReply, EchoRequest, echo_client::EchoClient, echo_server};
use tonic::{
    Request, Response, Status, Streaming,
    codegen::tokio_stream,
    transport::{Channel, Server},
};

struct Service;

type Replies = std::pin::Pin<
    Box<dyn tokio_stream::Stream<Item = Result<EchoReply, Status>> + Send + 'static>,
>;

#[tonic::async_trait]
impl echo_server::Echo for Service {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        let text = request.into_inner().text;
        Ok(Response::new(EchoReply { text, ..EchoReply::default() }))
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }

    async fn server_stream(&self, _: Request<EchoRequest>) -> Result<Response<Replies>, Status> {
        Ok(Response::new(Box::pin(tokio_stream::empty())))
    }

    async fn client_stream(&self, _: Request<Streaming<EchoRequest>>) -> Result<Response<EchoReply>, Status> {
        Ok(Response::new(EchoReply::default()))
    }

    async fn bidi_stream(&self, _: Request<Streaming<EchoRequest>>) -> Result<Response<Replies>, Status> {
        Ok(Response::new(Box::pin(tokio_stream::empty())))
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let channel = Channel::from_static("http://[::1]:50051").connect_lazy();
    let mut client = EchoClient::new(channel);
    client.unary_echo(EchoRequest::default()).await?;
    client.server_stream(EchoRequest::default()).await?;

    Server::builder()
        .add_service(echo_server::EchoServer::new(Service))
        .serve("[::1]:50051".parse()?)
        .await?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(run())
}
