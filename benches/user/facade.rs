//! A user's server and client, with a chain on each side.

mod echo;

use std::{error::Error, time::Instant};

use echo::{EchoReply, EchoRequest, echo_client::EchoClient, echo_server};
use grpc_interceptor::prelude::*;
use tonic::{
    Request, Response, Streaming,
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

/// Times every call to its end.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Timing;

impl Timing {
    async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status> {
        let (method, started) = (call.method().clone(), Instant::now());
        next.run(call)
            .on_end(move |end| println!("{method} {:?} {:?}", started.elapsed(), end.code()))
            .await
    }
}

/// Counts the messages.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Sizes;

impl Sizes {
    async fn intercept_call<T: CallType>(&self, mut call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status> {
        call.payload_mut().inspect(|message| println!("{}", message.wire_len()))?;
        next.run(call).await
    }
}

#[derive(Debug, Clone, InterceptorChain)]
struct Edge {
    timing: Timing,
    #[chain(server)]
    sizes: Sizes,
}

async fn run() -> Result<(), Box<dyn Error>> {
    let edge = Edge { timing: Timing, sizes: Sizes };
    let methods = Methods::builder()
        .method("/echo.v1.Echo/UnaryEcho", CallKind::UnaryUnary)
        .method("/echo.v1.Echo/ServerStream", CallKind::UnaryStream)
        .build()?;

    let channel = Channel::from_static("http://[::1]:50051").connect_lazy();
    let mut client = EchoClient::new(ClientLayer::new(edge.clone(), &methods)?.layer(channel));
    client.unary_echo(EchoRequest::default()).await?;
    client.server_stream(EchoRequest::default()).await?;

    Server::builder()
        .layer(ServerLayer::new(edge, &methods)?)
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
