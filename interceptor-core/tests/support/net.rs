//! Connections between a caller and a service.

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio_stream::wrappers::{TcpListenerStream, UnboundedReceiverStream};
use tonic::{
    service::Routes,
    transport::{Channel, Endpoint, Server},
};
use tower::layer::layer_fn;

use super::{Svc, erase};

/// What a call goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// HTTP/2 over a pipe in this process.
    Duplex,
    /// HTTP/2 over loopback TCP.
    Tcp,
}

impl Transport {
    pub(crate) const ALL: [Self; 2] = [Self::Duplex, Self::Tcp];

    /// Serves a service with tonic's server, and connects tonic's channel to it.
    pub(crate) async fn connect(self, service: Svc) -> Svc {
        match self {
            Self::Duplex => duplex(service),
            Self::Tcp => tcp(service).await,
        }
    }
}

fn duplex(service: Svc) -> Svc {
    erase(channel(service))
}

/// tonic's channel, to a server over a pipe.
pub(crate) fn channel(service: Svc) -> Channel {
    let incoming = serve(service);
    let connect = move |_: Uri| {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        incoming.send(Ok(theirs)).unwrap();
        std::future::ready(Ok::<_, std::io::Error>(TokioIo::new(ours)))
    };
    let endpoint = Endpoint::from_static("http://peer.test");
    endpoint.connect_with_connector_lazy(tower::service_fn(connect))
}

/// What comes out of it is the server's end of a connection.
pub(crate) type Incoming =
    tokio::sync::mpsc::UnboundedSender<Result<tokio::io::DuplexStream, std::io::Error>>;

/// A server for the connections that are sent to it.
pub(crate) fn serve(service: Svc) -> Incoming {
    let (connections, incoming) = tokio::sync::mpsc::unbounded_channel();
    let server = Server::builder()
        .layer(layer_fn(move |_: Routes| service.clone()))
        .add_routes(Routes::default());
    tokio::spawn(server.serve_with_incoming(UnboundedReceiverStream::new(incoming)));
    connections
}

async fn tcp(service: Svc) -> Svc {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::builder()
        .layer(layer_fn(move |_: Routes| service.clone()))
        .add_routes(Routes::default());
    tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    erase(endpoint.connect().await.unwrap())
}

/// A channel whose connection can be cut, by the end of the task that carries its bytes.
pub(crate) fn cuttable(incoming: &Incoming) -> (Svc, tokio::task::AbortHandle) {
    let (ours, mut near) = tokio::io::duplex(1 << 16);
    let (mut far, theirs) = tokio::io::duplex(1 << 16);
    incoming.send(Ok(theirs)).unwrap();
    let carry = tokio::spawn(async move {
        let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
    });
    let ours = std::sync::Mutex::new(Some(ours));
    let connect = move |_: Uri| {
        let ours = ours.lock().unwrap().take();
        let ours = ours.map(TokioIo::new);
        std::future::ready(ours.ok_or(std::io::Error::other("it was cut")))
    };
    let endpoint = Endpoint::from_static("http://peer.test");
    let channel = endpoint.connect_with_connector_lazy(tower::service_fn(connect));
    (erase(channel), carry.abort_handle())
}
