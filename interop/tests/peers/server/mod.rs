//! A server of ours: tonic's own, with a chain around its service.

mod blocking_echo;
mod echo;

use std::{net::SocketAddr, sync::mpsc};

use futures_util::{FutureExt as _, future::BoxFuture};
use grpc_interceptor::Observe;
use grpc_interceptor::deadline::Deadline;
use grpc_interceptor::prelude::*;
use grpc_interceptor::recovery::Recovery;
use testproto::echo::echo_server::EchoServer;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    codec::CompressionEncoding,
    metadata::{Ascii, Binary, MetadataMap, MetadataValue},
    service::Routes,
    transport::{Identity, Server, ServerTlsConfig},
};
use tonic_web::GrpcWebLayer;
use tower_http::cors::CorsLayer;

use self::{
    blocking_echo::BlockingEcho,
    echo::{Attempts, Echo},
};
use crate::{
    certificate::Certificate,
    watch::{Sees, Watch, watch},
    within,
};

/// Turns calls away that ask for it, before anything below sees them.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Refuses;

/// Sends the caller's metadata back, before the messages.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Tells;

/// And after them: in trailers, or in those of the error. Written without `async`.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Ends;

impl Refuses {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if call.metadata().contains_key("x-refuse") {
            return Err(Status::unauthenticated("who are you?"));
        }
        next.run(call).await
    }
}

impl Tells {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let marks = Marks::of(call.metadata());
        let mut reply = next.run(call).await?;
        marks.put("x-told", "x-told-bin", reply.metadata_mut());
        Ok(reply)
    }
}

impl Ends {
    #[allow(clippy::unused_self, reason = "this is the form of a definition")]
    fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: BlockingNext<T>,
    ) -> Result<Reply<T>, Status> {
        let marks = Marks::of(call.metadata());
        match next.run(call) {
            Ok(mut reply) => {
                reply.map_trailers(move |trailers| marks.put("x-end", "x-end-bin", trailers));
                Ok(reply)
            }
            Err(mut status) => {
                marks.put("x-end", "x-end-bin", status.metadata_mut());
                Err(status)
            }
        }
    }
}

/// The metadata that is sent back.
struct Marks(Option<MetadataValue<Ascii>>, Option<MetadataValue<Binary>>);

// === impl Marks ===

impl Marks {
    fn of(metadata: &MetadataMap) -> Self {
        let (ascii, raw) = (metadata.get("x-ascii"), metadata.get_bin("x-raw-bin"));
        Self(ascii.cloned(), raw.cloned())
    }

    fn put(self, ascii: &'static str, raw: &'static str, metadata: &mut MetadataMap) {
        if let Some(value) = self.0 {
            metadata.insert(ascii, value);
        }
        if let Some(value) = self.1 {
            metadata.insert_bin(raw, value);
        }
    }
}

/// Of which manner the handlers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handlers {
    Async,
    /// Plain functions, by `#[blocking_service]`.
    Blocking,
}

/// A server that runs.
pub(crate) struct Ours {
    pub(crate) address: SocketAddr,
    pub(crate) attempts: Attempts,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
    /// Dropped, blocking handlers that hang end: nothing else can end them.
    _let_go: mpsc::Sender<()>,
}

/// The service, the attempts that it tells, and what lets its handlers go.
struct Service(Routes, Attempts, mpsc::Sender<()>);

// === impl Handlers ===

impl Handlers {
    fn service(self) -> Service {
        let (echo, attempts) = Echo::new();
        let (let_go, held) = mpsc::channel();
        let routes = match self {
            Self::Async => Routes::new(compressing(EchoServer::new(echo))),
            Self::Blocking => {
                let echo = BlockingEcho::new(echo, held);
                Routes::new(compressing(EchoServer::new(echo)))
            }
        };
        Service(routes, attempts, let_go)
    }
}

// === impl Ours ===

impl Ours {
    /// A server of all that can be asked, and what its chain sees.
    pub(crate) async fn start(
        handlers: Handlers,
        certificate: Option<&Certificate>,
    ) -> (Self, Sees) {
        Self::start_with(handlers, Deadline::new(), certificate).await
    }

    /// The same with deadlines of its own.
    pub(crate) async fn start_with(
        handlers: Handlers,
        deadline: Deadline,
        certificate: Option<&Certificate>,
    ) -> (Self, Sees) {
        let (watch, sees) = watch();
        let mut server = Server::builder();
        if let Some(certificate) = certificate {
            let identity = Identity::from_pem(certificate.pem(), certificate.key_pem());
            server = server
                .tls_config(ServerTlsConfig::new().identity(identity))
                .unwrap();
        }
        let Service(services, attempts, let_go) = handlers.service();
        let router = server.layer(layer(watch, deadline)).add_routes(services);
        let ours = Self::serve(attempts, let_go, |incoming, stopped| {
            router.serve_with_incoming_shutdown(incoming, stopped)
        });
        (ours.await, sees)
    }

    /// The same behind tonic-web's layer, for clients that speak gRPC-Web over HTTP/1.1, and behind that of tower-http for
    /// those in a browser.
    pub(crate) async fn start_web(handlers: Handlers, cors: CorsLayer) -> (Self, Sees) {
        let (watch, sees) = watch();
        let Service(services, attempts, let_go) = handlers.service();
        let router = Server::builder()
            .accept_http1(true)
            .layer(cors)
            .layer(GrpcWebLayer::new())
            .layer(layer(watch, Deadline::new()))
            .add_routes(services);
        let ours = Self::serve(attempts, let_go, |incoming, stopped| {
            router.serve_with_incoming_shutdown(incoming, stopped)
        });
        (ours.await, sees)
    }

    async fn serve<F>(
        attempts: Attempts,
        let_go: mpsc::Sender<()>,
        serve: impl FnOnce(TcpListenerStream, BoxFuture<'static, ()>) -> F,
    ) -> Self
    where
        F: Future<Output = Result<(), tonic::transport::Error>> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let stopped = async { drop(stopped.await) };
        let served = serve(TcpListenerStream::new(listener), stopped.boxed());
        let served = tokio::spawn(async { served.await.unwrap() });
        Self {
            address,
            attempts,
            stop,
            served,
            _let_go: let_go,
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Ends when its clients have gone.
    pub(crate) async fn stop(self) {
        self.stop.send(()).unwrap();
        within(self.served).await.unwrap();
    }
}

/// The chain, around all services. Handlers that hang keep their threads, so these are the server's own.
fn layer(watch: Observe<Watch>, deadline: Deadline) -> ServerLayer<impl Interceptor> {
    let chain = (watch, Refuses, Recovery::new(), deadline, Tells, Ends);
    ServerLayer::new(chain, &methods())
        .unwrap()
        .blocking_pool(&blocking::Pool::new(64))
}

fn compressing<E>(service: EchoServer<E>) -> EchoServer<E> {
    service
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip)
}

pub(crate) fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}
