//! A client that writes what it likes to tonic's server.

use std::time::Duration;

use interceptor_core::CallKind;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};

use crate::{
    http2,
    raw_server::settle,
    support::{body::frame, net::Incoming, path},
};

/// What the client does next.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Write(Vec<u8>),
    /// Lets everybody do what they can.
    Settle,
    /// Says nothing for ten seconds.
    Stall,
    /// Closes the connection.
    Close,
}

/// A connection to a server, as far as it is open.
pub(crate) struct Connection(Option<DuplexStream>);

impl Connection {
    pub(crate) async fn open(incoming: &Incoming) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 20);
        incoming.send(Ok(theirs)).unwrap();
        let mut connection = Self(Some(ours));
        connection.write(http2::PREFACE).await;
        connection.write(&http2::settings(&[])).await;
        connection.write(&http2::settings_ack()).await;
        connection
    }

    pub(crate) async fn play(&mut self, acts: &[Act]) {
        for act in acts {
            match act {
                Act::Write(bytes) => self.write(bytes).await,
                Act::Settle => settle().await,
                // under paused time
                Act::Stall => tokio::time::sleep(Duration::from_secs(10)).await,
                Act::Close => self.0 = None,
            }
        }
    }

    /// The server may have closed it already.
    async fn write(&mut self, bytes: &[u8]) {
        if let Some(io) = &mut self.0 {
            let _ = io.write_all(bytes).await;
        }
    }

    /// Closes it, and gives the types of the frames that came.
    pub(crate) async fn close(self) -> Vec<u8> {
        let Some(mut io) = self.0 else {
            return Vec::new();
        };
        let _ = io.shutdown().await;
        let (mut bytes, mut types) = (Vec::new(), Vec::new());
        let _ = io.read_to_end(&mut bytes).await;
        let mut rest = &bytes[..];
        while let [a, b, c, kind, ..] = *rest {
            types.push(kind);
            let length = u32::from_be_bytes([0, a, b, c]) as usize;
            rest = rest.get(http2::HEAD_LEN + length..).unwrap_or_default();
        }
        types
    }
}

/// The headers that tonic's client sends, and more.
pub(crate) fn request_headers(
    stream: u32,
    kind: CallKind,
    end_stream: bool,
    more: &[http2::Field<'_>],
) -> Vec<u8> {
    let first: [http2::Field<'_>; 6] = [
        (":method", b"POST"),
        (":scheme", b"http"),
        (":path", path(kind).as_bytes()),
        (":authority", b"peer.test"),
        ("content-type", b"application/grpc"),
        ("te", b"trailers"),
    ];
    http2::headers(stream, end_stream, &[&first, more].concat())
}

/// A whole call that is in order.
pub(crate) fn fine_call(stream: u32, kind: CallKind) -> Act {
    let message = http2::data(stream, true, &frame("fine"));
    Act::Write([request_headers(stream, kind, false, &[]), message].concat())
}
