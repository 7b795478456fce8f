//! A server whose handlers say who calls, or fail as they are told.

use std::pin::Pin;

use futures_util::{Stream, StreamExt as _, stream};
use grpc_interceptor::{Interceptor, ServerLayer, auth::PeerIdentity};
use serde::{Deserialize, Serialize};
use testproto::echo::{
    EchoReply, EchoRequest,
    echo_server::{Echo, EchoServer},
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Code, Extensions, Request, Response, Status, Streaming,
    transport::{self, ServerTlsConfig},
};

use crate::{server::methods, within};

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

/// Who calls, as the server knows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct User {
    pub(super) sub: String,
    pub(super) roles: Vec<String>,
}

/// A server that runs.
pub(super) struct Server {
    pub(super) port: u16,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

/// `code 5` fails with that code, `late 5` behind the first reply; any other text is answered by the caller's name.
#[derive(Debug, Clone, Copy)]
struct Who;

// === impl Server ===

impl Server {
    pub(super) async fn start(chain: impl Interceptor, tls: Option<ServerTlsConfig>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut server = transport::Server::builder();
        if let Some(tls) = tls {
            server = server.tls_config(tls).unwrap();
        }
        let layer = ServerLayer::new(chain, &methods()).unwrap();
        let router = server.layer(layer).add_service(EchoServer::new(Who));
        let (stop, stopped) = oneshot::channel();
        let incoming = TcpListenerStream::new(listener);
        let serving = router.serve_with_incoming_shutdown(incoming, async { drop(stopped.await) });
        Self {
            port,
            stop,
            served: tokio::spawn(async { serving.await.unwrap() }),
        }
    }

    /// Ends when its clients have gone.
    pub(super) async fn stop(self) {
        self.stop.send(()).unwrap();
        within(self.served).await.unwrap();
    }
}

// === impl Who ===

impl Who {
    fn reply(text: &str, caller: &Extensions) -> Result<EchoReply, Status> {
        if let Some(code) = text.strip_prefix("code ") {
            return Err(failed(code));
        }
        Ok(EchoReply {
            text: name(caller),
            ..EchoReply::default()
        })
    }

    fn replies(text: &str, caller: &Extensions, count: usize) -> Result<Response<Replies>, Status> {
        let first = Self::reply(text, caller)?;
        if let Some(code) = text.strip_prefix("late ") {
            let items = [Ok(first), Err(failed(code))];
            return Ok(Response::new(Box::pin(stream::iter(items))));
        }
        let replies = (0_u32..).map(move |index| {
            let text = first.text.clone();
            Ok(EchoReply {
                text,
                index,
                ..EchoReply::default()
            })
        });
        Ok(Response::new(Box::pin(stream::iter(replies.take(count)))))
    }
}

#[tonic::async_trait]
impl Echo for Who {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        Self::reply(&request.get_ref().text, request.extensions()).map(Response::new)
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        Self::replies(&request.get_ref().text, request.extensions(), 2)
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let (_, caller, requests) = request.into_parts();
        Self::reply(&first(requests).await?, &caller).map(Response::new)
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let (_, caller, requests) = request.into_parts();
        Self::replies(&first(requests).await?, &caller, 2)
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }
}

/// The text of the first of all these.
async fn first(requests: Streaming<EchoRequest>) -> Result<String, Status> {
    let requests: Vec<_> = requests.collect().await;
    let requests: Result<Vec<_>, _> = requests.into_iter().collect();
    Ok(requests?.swap_remove(0).text)
}

fn name(caller: &Extensions) -> String {
    let identity = caller.get::<PeerIdentity>();
    let identity = identity.and_then(|it| it.spiffe_id().map(ToOwned::to_owned));
    let user = caller.get::<User>().map(|user| user.sub.clone());
    user.or(identity).unwrap_or_else(|| "nobody".to_owned())
}

fn failed(code: &str) -> Status {
    let code = Code::from_i32(code.parse().unwrap());
    Status::with_details(code, "db-7 is down", b"row 12".to_vec().into())
}
