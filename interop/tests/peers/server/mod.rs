//! A server of ours: tonic's own, with a chain around its service.

mod echo;

use std::net::SocketAddr;

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
    transport::{Identity, Server, ServerTlsConfig},
};
use tonic_web::GrpcWebLayer;

pub(crate) use self::echo::{Attempt, Attempts, Echo};
use crate::{
    certificate::Certificate,
    watch::{Sees, Watch, watch},
    within,
};

/// Sends the caller's metadata back, before the messages.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Tells;

/// And after them: in trailers, or in those of the error. Written without `async`.
#[grpc_interceptor(blocking)]
#[derive(Debug, Clone)]
struct Ends;

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

/// A server that runs.
pub(crate) struct Ours {
    pub(crate) address: SocketAddr,
    pub(crate) attempts: Attempts,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

// === impl Ours ===

impl Ours {
    /// A server of all that can be asked, and what its chain sees.
    pub(crate) async fn start(certificate: Option<&Certificate>) -> (Self, Sees) {
        Self::start_with(Deadline::new(), certificate).await
    }

    /// The same with deadlines of its own.
    pub(crate) async fn start_with(
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
        let (service, attempts) = service();
        let router = server.layer(layer(watch, deadline)).add_service(service);
        let ours = Self::serve(attempts, |incoming, stopped| {
            router.serve_with_incoming_shutdown(incoming, stopped)
        });
        (ours.await, sees)
    }

    /// The same behind tonic-web's layer, for clients that speak gRPC-Web over HTTP/1.1.
    pub(crate) async fn start_web() -> (Self, Sees) {
        let (watch, sees) = watch();
        let (service, attempts) = service();
        let server = Server::builder()
            .accept_http1(true)
            .layer(GrpcWebLayer::new());
        let router = server
            .layer(layer(watch, Deadline::new()))
            .add_service(service);
        let ours = Self::serve(attempts, |incoming, stopped| {
            router.serve_with_incoming_shutdown(incoming, stopped)
        });
        (ours.await, sees)
    }

    async fn serve<F>(
        attempts: Attempts,
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

/// The chain, around all services.
fn layer(watch: Observe<Watch>, deadline: Deadline) -> ServerLayer<impl Interceptor> {
    let chain = (watch, Recovery::new(), deadline, Tells, Ends);
    ServerLayer::new(chain, &methods()).unwrap()
}

fn service() -> (EchoServer<Echo>, Attempts) {
    let (echo, attempts) = Echo::new();
    let service = EchoServer::new(echo)
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip);
    (service, attempts)
}

pub(crate) fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}
