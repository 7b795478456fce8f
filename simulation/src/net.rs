//! tonic's transport over simulated sockets.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{Stream, stream};
use http::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tonic::{
    body::Body,
    transport::{Channel, Endpoint, server::Connected},
};
use tower::Service;
use turmoil::net::{TcpListener, TcpStream};

/// The servers' names on the network.
pub(crate) const SERVERS: [&str; 3] = ["one", "two", "three"];

pub(crate) const PORT: u16 = 50_051;

/// What is lost on a simulated link is not sent again, so this is when a connection is known to be dead.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_millis(200);

/// A connection that a server accepted.
pub(crate) struct Accepted(TcpStream);

/// One server after the other.
#[derive(Debug, Clone)]
pub(crate) struct RoundRobin {
    channels: Arc<[Channel]>,
    turn: Arc<AtomicUsize>,
    next: Option<Channel>,
}

/// What comes in at a server.
pub(crate) fn incoming(listener: TcpListener) -> impl Stream<Item = io::Result<Accepted>> {
    stream::unfold(listener, |listener| async {
        let accepted = listener.accept().await;
        Some((accepted.map(|(stream, _)| Accepted(stream)), listener))
    })
}

/// A channel to that server, which connects when it is needed, as often as needed.
fn channel(server: &'static str) -> Channel {
    let endpoint = Endpoint::from_static("http://simulated")
        .connect_timeout(KEEP_ALIVE)
        .http2_keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE)
        .keep_alive_while_idle(true);
    endpoint.connect_with_connector_lazy(tower::service_fn(move |_: Uri| async move {
        TcpStream::connect((server, PORT)).await.map(TokioIo::new)
    }))
}

// === impl RoundRobin ===

impl RoundRobin {
    pub(crate) fn new() -> Self {
        Self {
            channels: SERVERS.map(channel).into(),
            turn: Arc::default(),
            next: None,
        }
    }
}

impl Service<Request<Body>> for RoundRobin {
    type Response = Response<Body>;
    type Error = tonic::transport::Error;
    type Future = <Channel as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let (channels, turn) = (&self.channels, &self.turn);
        let next = self.next.get_or_insert_with(|| {
            let turn = turn.fetch_add(1, Relaxed);
            channels[turn % channels.len()].clone()
        });
        next.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let mut next = self.next.take().expect("`poll_ready` comes first");
        next.call(request)
    }
}

// === impl Accepted ===

impl Connected for Accepted {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Accepted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Accepted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
