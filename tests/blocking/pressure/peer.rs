//! A client of bare h2, which knows what has passed: it reads and sends as its windows allow, and not before it is told.

use std::pin::pin;

use bytes::Bytes;
use futures_util::FutureExt as _;
use h2::{Ping, PingPong, RecvStream, SendStream, client::ResponseFuture};
use prost::Message as _;
use testproto::echo::EchoRequest;
use tokio::net::TcpStream;

use super::handler::{MESSAGE, payload};
use crate::net::Served;

/// How much may be under way to a side that does not read.
pub(super) const WINDOW: u32 = 64 * 1024;
/// What all calls of a connection may have under way is no limit here.
pub(super) const OF_CONNECTION: u32 = 16 * WINDOW;
/// How many messages that is.
pub(super) const MESSAGES: usize = WINDOW as usize / MESSAGE;

/// After so many round trips without a change, there will be none: each gives the other side's connection a turn.
const QUIET: usize = 30;

/// One call, as its client sends it.
pub(super) struct Peer {
    ping: PingPong,
    requests: SendStream<Bytes>,
    streams: bool,
    sent: usize,
}

/// What comes back.
pub(super) struct Replies {
    response: Option<ResponseFuture>,
    stream: Option<RecvStream>,
}

/// Begins a call. If it is not streamed, its one request goes out.
pub(super) async fn call(server: &Served, method: &str, streams: bool) -> (Peer, Replies) {
    let stream = TcpStream::connect(server.address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut client, mut connection) = h2::client::Builder::new()
        .initial_window_size(WINDOW)
        .initial_connection_window_size(OF_CONNECTION)
        .handshake(stream)
        .await
        .unwrap();
    let ping = connection.ping_pong().unwrap();
    tokio::spawn(connection);
    let request = http::Request::post(format!("http://peer.test/echo.v1.Echo/{method}"))
        .version(http::Version::HTTP_2)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap();
    let (response, mut requests) = client.send_request(request, false).unwrap();
    if !streams {
        requests.send_data(frame(), true).unwrap();
    }
    let peer = Peer {
        ping,
        requests,
        streams,
        sent: 0,
    };
    let replies = Replies {
        response: Some(response),
        stream: None,
    };
    (peer, replies)
}

// === impl Peer ===

impl Peer {
    /// How many messages it has sent.
    pub(super) fn sent(&self) -> usize {
        self.sent
    }

    /// Sends as many messages as it may while something else happens, and then until there is no place for more, and nobody
    /// makes any.
    pub(super) async fn push_while(&mut self, happens: impl Future<Output = ()>) {
        let mut happens = pin!(happens);
        let (mut is_over, mut quiet) = (false, 0);
        while quiet < QUIET {
            if self.streams && self.push() {
                quiet = 0;
                continue;
            }
            is_over = is_over || (&mut happens).now_or_never().is_some();
            self.ping.ping(Ping::opaque()).await.unwrap();
            quiet = if is_over { quiet + 1 } else { 0 };
        }
    }

    /// Sends a message, if there is a place for it.
    fn push(&mut self) -> bool {
        self.requests.reserve_capacity(MESSAGE);
        if self.requests.capacity() < MESSAGE {
            return false;
        }
        self.requests.send_data(frame(), false).unwrap();
        self.sent += 1;
        true
    }
}

// === impl Replies ===

impl Replies {
    /// Waits until the window is full of them.
    pub(super) async fn fill(&mut self) {
        if let Some(response) = &mut self.response {
            self.stream = Some(response.await.unwrap().into_body());
            self.response = None;
        }
        let (stream, mut received) = (self.stream.as_mut().unwrap(), 0);
        while received < WINDOW as usize {
            received += stream.data().await.unwrap().unwrap().len();
        }
        assert_eq!(received, WINDOW as usize, "a window is a window");
    }

    /// Lets another window of them come.
    pub(super) fn release(&mut self) {
        let flow = self.stream.as_mut().unwrap().flow_control();
        flow.release_capacity(WINDOW as usize).unwrap();
    }
}

fn frame() -> Bytes {
    let request = EchoRequest {
        payload: payload(),
        ..EchoRequest::default()
    };
    let message = request.encode_to_vec();
    let mut frame = vec![0];
    frame.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    frame.extend(message);
    assert_eq!(frame.len(), MESSAGE);
    frame.into()
}
