use tokio::runtime::Handle;
use tonic::{Status, transport::Endpoint};

use super::{Client, runtime::Ours};
use crate::status::BoxError;

/// A connection for callers without a runtime. Clones share it.
///
/// It is tonic's channel, with a runtime of ours behind it: one thread for the connections of all of them.
///
/// ```no_run
/// # use interceptor_core::blocking;
/// # use testproto::echo::{EchoRequest, echo_client::EchoClient};
/// # fn main() -> Result<(), tonic::Status> {
/// let channel = blocking::Channel::connect("http://[::1]:50051")?;
/// let mut client = channel.client(EchoClient::new);
/// let reply = client.unary(EchoClient::unary_echo, EchoRequest::default())?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Channel {
    channel: tonic::transport::Channel,
    ours: Ours,
}

// === impl Channel ===

impl Channel {
    /// Connects, and waits for the connection. The endpoint is a URI, or tonic's `Endpoint` with all that can be set on it.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` if this is no URI; UNAVAILABLE if there is no connection, with tonic's error as its source;
    /// `FAILED_PRECONDITION` in async code.
    pub fn connect<E>(endpoint: E) -> Result<Self, Status>
    where
        E: TryInto<Endpoint, Error: Into<BoxError>>,
    {
        let (endpoint, ours) = (parse(endpoint)?, Ours::get()?);
        let channel = ours.wait(endpoint.connect())?.map_err(|error| {
            let mut status = Status::unavailable(format!("no connection: {error}"));
            status.set_source(std::sync::Arc::new(error));
            status
        })?;
        Ok(Self { channel, ours })
    }

    /// A channel that connects when it is first used.
    ///
    /// # Errors
    ///
    /// `INVALID_ARGUMENT` if this is no URI.
    pub fn connect_lazy<E>(endpoint: E) -> Result<Self, Status>
    where
        E: TryInto<Endpoint, Error: Into<BoxError>>,
    {
        let (endpoint, ours) = (parse(endpoint)?, Ours::get()?);
        let channel = ours.inside(|| endpoint.connect_lazy());
        Ok(Self { channel, ours })
    }

    /// A channel of tonic's that runs on a runtime which is there already, and keeps running: one of several threads, or
    /// one that another thread is in.
    #[must_use]
    pub fn of(channel: tonic::transport::Channel, runtime: Handle) -> Self {
        let ours = Ours::on(runtime);
        Self { channel, ours }
    }

    /// A client with blocking calls: `channel.client(EchoClient::new)`, or with a chain,
    /// `channel.client(|channel| EchoClient::new(layer.layer(channel)))`.
    pub fn client<C>(&self, client: impl FnOnce(tonic::transport::Channel) -> C) -> Client<C> {
        let channel = self.channel.clone();
        Client::new(self.ours.inside(|| client(channel)), self.ours.clone())
    }
}

fn parse<E>(endpoint: E) -> Result<Endpoint, Status>
where
    E: TryInto<Endpoint, Error: Into<BoxError>>,
{
    endpoint.try_into().map_err(|error| {
        let error: BoxError = error.into();
        Status::invalid_argument(format!("not an endpoint: {error}"))
    })
}
