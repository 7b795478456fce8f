//! Servers and clients in a row, all with spans.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
};

use futures_util::{StreamExt as _, stream::BoxStream};
use interceptor_core::{
    ClientLayer, InterceptedClient, Methods, ServerLayer,
    tonic::{
        Code, Request, Response, Status, Streaming, async_trait,
        transport::{Channel, Server, server::TcpIncoming},
    },
};
use interceptor_kit::{
    policy::{Backoff, RetryPolicy},
    retry::Retry,
};
use interceptor_otel::trace::{AttemptSpans, Spans};
use testproto::echo::{
    EchoReply, EchoRequest,
    echo_client::EchoClient,
    echo_server::{Echo, EchoServer},
};

pub(crate) type Chain = (Spans, Retry, AttemptSpans);
pub(crate) type Client = EchoClient<InterceptedClient<Channel, Chain>>;

type Replies = BoxStream<'static, Result<EchoReply, Status>>;

/// Asks the next one.
pub(crate) struct Front(pub(crate) Client);

/// Answers, but not at once: its first call fails.
#[derive(Default)]
pub(crate) struct Back(AtomicUsize);

pub(crate) fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}

pub(crate) fn serve(service: impl Echo, spans: Spans) -> SocketAddr {
    let layer = ServerLayer::new(spans, &methods()).unwrap();
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap();
    let server = Server::builder()
        .layer(layer)
        .add_service(EchoServer::new(service));
    tokio::spawn(server.serve_with_incoming(incoming));
    address
}

pub(crate) fn client(address: SocketAddr, spans: Spans, attempts: AttemptSpans) -> Client {
    let wait = std::time::Duration::from_millis(1);
    let policy = RetryPolicy::new(
        3,
        Backoff::new(wait, wait, 1.0).unwrap(),
        [Code::Unavailable],
    );
    let retry = Retry::new()
        .policy("/echo.v1.Echo/*", policy.unwrap())
        .unwrap();
    let layer = ClientLayer::new((spans, retry, attempts), &methods()).unwrap();
    let channel = Channel::from_shared(format!("http://{address}"))
        .unwrap()
        .connect_lazy();
    EchoClient::new(layer.layer(channel))
}

pub(crate) fn request(text: &str, count: u32) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        count,
        ..EchoRequest::default()
    }
}

// === impl Back ===

impl Back {
    fn fails(&self) -> Result<(), Status> {
        match self.0.fetch_add(1, SeqCst) {
            0 => Err(Status::unavailable("not yet")),
            _ => Ok(()),
        }
    }
}

fn reply(text: String, index: u32) -> EchoReply {
    EchoReply {
        text,
        index,
        ..EchoReply::default()
    }
}

#[async_trait]
impl Echo for Back {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        self.fails()?;
        Ok(Response::new(reply(request.into_inner().text, 0)))
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        self.fails()?;
        let EchoRequest { text, count, .. } = request.into_inner();
        let replies = tokio_stream::iter(0..count).map(move |index| {
            tracing::info_span!("made").in_scope(|| Ok(reply(text.clone(), index)))
        });
        Ok(Response::new(replies.boxed()))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        self.fails()?;
        let mut requests = request.into_inner();
        let mut count = 0;
        while requests.message().await?.is_some() {
            count += 1;
        }
        Ok(Response::new(reply(String::new(), count)))
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        self.fails()?;
        let replies = request
            .into_inner()
            .map(|request| Ok(reply(request?.text, 0)));
        Ok(Response::new(replies.boxed()))
    }
}

#[async_trait]
impl Echo for Front {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        self.0
            .clone()
            .unary_echo(request.into_inner())
            .await
            .map(plain)
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        let replies = self.0.clone().server_stream(request.into_inner()).await;
        replies.map(|replies| Response::new(replies.into_inner().boxed()))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        self.0
            .clone()
            .client_stream(passed(request))
            .await
            .map(plain)
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let replies = self.0.clone().bidi_stream(passed(request)).await;
        replies.map(|replies| Response::new(replies.into_inner().boxed()))
    }
}

fn plain(reply: Response<EchoReply>) -> Response<EchoReply> {
    Response::new(reply.into_inner())
}

fn passed(
    request: Request<Streaming<EchoRequest>>,
) -> impl futures_util::Stream<Item = EchoRequest> {
    request
        .into_inner()
        .filter_map(async |request| request.ok())
}
