//! A server: it echoes, and now and then it is slow, or fails.

use std::{pin::Pin, time::Duration};

use futures_util::{Stream, StreamExt as _};
use grpc_interceptor::{Observe, ServerLayer, deadline::Deadline};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use testproto::echo::{
    EchoReply, EchoRequest,
    echo_server::{Echo, EchoServer},
};
use tokio::time::sleep;
use tonic::{Request, Response, Status, Streaming, metadata::MetadataMap, transport::Server};
use turmoil::net::TcpListener;

use crate::{
    client::methods,
    ledger::{Ledger, Tally},
    net::{KEEP_ALIVE, PORT, incoming},
};

/// Which call of the application a request belongs to.
pub(crate) const CALL_ID: &str = "call-id";
/// That the storm is over, and nothing fails any more.
pub(crate) const CALM: &str = "calm";

#[derive(Debug, Clone)]
pub(crate) struct Handlers {
    pub(crate) seed: u64,
    pub(crate) ledger: Ledger,
}

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

/// Serves until the machine crashes.
pub(crate) async fn serve(handlers: Handlers, tally: Tally) -> turmoil::Result {
    let listener = TcpListener::bind(("0.0.0.0", PORT)).await?;
    let chain = (Observe::new(tally), Deadline::new());
    Server::builder()
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .http2_keepalive_timeout(Some(KEEP_ALIVE))
        .layer(ServerLayer::new(chain, &methods())?)
        .add_service(EchoServer::new(handlers))
        .serve_with_incoming(incoming(listener))
        .await?;
    Ok(())
}

// === impl Handlers ===

impl Handlers {
    /// Takes note of it, and does what is due before the answer.
    async fn begins(&self, metadata: &MetadataMap) -> Result<(), Status> {
        let id = metadata.get(CALL_ID).and_then(|id| id.to_str().ok());
        let id = id.and_then(|id| id.parse().ok());
        let id: u64 = id.ok_or_else(|| Status::invalid_argument("which call is this?"))?;
        let runs = self.ledger.runs(id);
        if metadata.contains_key(CALM) {
            return Ok(());
        }
        let mut random = StdRng::seed_from_u64(self.seed ^ (id << 8) ^ u64::from(runs));
        let slow = if random.random_bool(0.05) { 300 } else { 10 };
        sleep(Duration::from_millis(random.random_range(0..slow))).await;
        match random.random_range(0..20) {
            0 | 1 => Err(Status::unavailable("now and then")),
            2 => Err(pushed_back(random.random_range(-1..40))),
            3 => Err(Status::internal("now and then")),
            4 => Err(Status::aborted("now and then")),
            _ => Ok(()),
        }
    }
}

fn pushed_back(millis: i32) -> Status {
    let mut status = Status::unavailable("not now");
    let metadata = status.metadata_mut();
    metadata.insert("grpc-retry-pushback-ms", millis.into());
    status
}

fn reply(request: EchoRequest, index: u32) -> EchoReply {
    EchoReply {
        text: request.text,
        index,
        ..EchoReply::default()
    }
}

#[tonic::async_trait]
impl Echo for Handlers {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        self.begins(request.metadata()).await?;
        Ok(Response::new(reply(request.into_inner(), 0)))
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        self.begins(request.metadata()).await?;
        let request = request.into_inner();
        let replies = (0..request.count).map(move |index| Ok(reply(request.clone(), index)));
        let replies = futures_util::stream::iter(replies).then(|reply| async {
            sleep(Duration::from_millis(2)).await;
            reply
        });
        Ok(Response::new(Box::pin(replies)))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        self.begins(request.metadata()).await?;
        let mut requests = request.into_inner();
        let (mut texts, mut count) = (Vec::new(), 0);
        while let Some(request) = requests.message().await? {
            texts.push(request.text);
            count += 1;
        }
        let text = texts.join(" ");
        let request = EchoRequest {
            text,
            ..EchoRequest::default()
        };
        Ok(Response::new(reply(request, count)))
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        self.begins(request.metadata()).await?;
        let requests = request.into_inner().enumerate();
        let replies = requests.map(|(index, request)| {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            request.map(|request| reply(request, index))
        });
        Ok(Response::new(Box::pin(replies)))
    }
}
