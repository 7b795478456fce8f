//! An address where Prometheus reads metrics.

mod accept;
mod answer;

use std::{fmt, io, net::SocketAddr, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use interceptor_kit::metrics::{Format, Registry};
use tokio::{
    net::{TcpListener, TcpStream, ToSocketAddrs},
    sync::Semaphore,
    task::JoinHandle,
};

/// Serves `/metrics` at an address of its own, apart from gRPC's, as long as it is there: a drop ends it.
///
/// The format is what the request's `accept` prefers: Prometheus' text format, or OpenMetrics, which has the exemplars. GET
/// and HEAD are answered, by HTTP/1; other paths are 404, other methods 405.
///
/// At most 64 connections are open at a time, and who does not send a request within 10 seconds loses its own. There is no
/// TLS and no password: bind it where only Prometheus can reach it.
///
/// ```
/// use interceptor_kit::metrics::Metrics;
/// use interceptor_prometheus::Endpoint;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// let metrics = Metrics::new();
/// let endpoint = Endpoint::bind("127.0.0.1:0", metrics.registry()).await?;
/// println!("metrics are at {}", endpoint.url());
/// # Ok(())
/// # }
/// ```
#[must_use = "it ends when it is dropped"]
pub struct Endpoint {
    address: SocketAddr,
    server: JoinHandle<()>,
}

/// What an [`Endpoint`] shows: a [`Registry`] of ours, one of another crate, or a closure.
pub trait Source: Send + Sync + 'static {
    /// All metrics as text, in that format if it can, and in which it is.
    fn write(&self, format: Format) -> (Format, String);
}

const CONNECTIONS: usize = 64;
const PATIENCE: Duration = Duration::from_secs(10);

// === impl Endpoint ===

impl Endpoint {
    /// Listens at the address, and serves from now on.
    ///
    /// # Errors
    ///
    /// If it cannot listen there.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub async fn bind(address: impl ToSocketAddrs, source: impl Source) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        Ok(Self {
            address: listener.local_addr()?,
            server: tokio::spawn(serve(listener, Arc::new(source))),
        })
    }

    /// Where it listens: with port 0 the port is the system's choice.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// What to give to Prometheus, or to a browser.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/metrics", self.address)
    }
}

async fn serve(listener: TcpListener, source: Arc<dyn Source>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = tokio::task::JoinSet::new();
    while let Ok(place) = Arc::clone(&room).acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let answered = connection(stream, Arc::clone(&source));
                connections.spawn(async move {
                    answered.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection to the metrics' address failed");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn connection(stream: TcpStream, source: Arc<dyn Source>) {
    let service = service_fn(|request| {
        let response = answer::answer(&request, &*source);
        async { Ok::<_, std::convert::Infallible>(response) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "a connection to the metrics' address ended badly");
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(&self.address).finish()
    }
}

// === impl Source ===

impl Source for Registry {
    fn write(&self, format: Format) -> (Format, String) {
        (format, self.render(format))
    }
}

impl<F: Fn(Format) -> (Format, String) + Send + Sync + 'static> Source for F {
    fn write(&self, format: Format) -> (Format, String) {
        self(format)
    }
}

/// That crate writes the text format only.
#[cfg(feature = "prometheus")]
impl Source for prometheus::Registry {
    fn write(&self, _: Format) -> (Format, String) {
        let text = prometheus::TextEncoder::new().encode_to_string(&self.gather());
        let text = text.unwrap_or_else(|error| {
            tracing::error!(%error, "metrics cannot be written");
            String::new()
        });
        (Format::Text, text)
    }
}

/// That crate writes OpenMetrics only.
#[cfg(feature = "prometheus-client")]
impl Source for Arc<prometheus_client::registry::Registry> {
    fn write(&self, _: Format) -> (Format, String) {
        let mut text = String::new();
        if let Err(error) = prometheus_client::encoding::text::encode(&mut text, self) {
            tracing::error!(%error, "metrics cannot be written");
        }
        (Format::OpenMetrics, text)
    }
}

const _: () = {
    const fn assert_shared<T: std::fmt::Debug + Send + Sync + 'static>() {}
    assert_shared::<Endpoint>();
};
