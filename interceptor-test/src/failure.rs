//! What can break on the way, as errors of the types that tonic's transport has for it.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll, Waker},
};

use http::Request;
use interceptor_core::tonic::{ConnectError, Status, TimeoutExpired};
use tokio::{io::DuplexStream, task::unconstrained};

/// The error type of tower's services.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What two connected ends hold of each other's bytes.
const PIPE_LEN: usize = 16 * 1024;

/// Polls after which an exchange in memory must be over.
const MAX_POLLS: usize = 10_000;

/// How the way to the peer fails: before the response headers as an error of the service, after them as one of the body.
///
/// The errors are real ones, made by h2 over a connection in memory, so that
/// [`Origin`](interceptor_core::Origin) tells them apart.
///
/// ```
/// use interceptor_core::{Origin, TransportKind, UnaryUnary, tonic::Code};
/// use interceptor_test::{Failure, Harness, Peer, Recorder, Script};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let refused = Peer::script(Script::new().fail(Failure::Reset(7)));
/// let outcome = Harness::unary_unary(Recorder::new("a")).peer(refused).call().await;
/// assert_eq!(Origin::of(outcome.status()).transport(), Some(TransportKind::Refused));
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Failure {
    /// The connection broke while the call was on it.
    ConnectionLost,
    /// The peer reset the stream, with this HTTP/2 error code: 7 is `REFUSED_STREAM`, 8 is `CANCEL`.
    Reset(u32),
    /// No connection could be made.
    Connect,
    /// A timeout of tonic's own expired.
    Timeout,
    /// A layer below, or a stream of messages, failed with this status.
    Status(Status),
    /// An error that nobody knows, with this text.
    Other(String),
}

// === impl Failure ===

impl Failure {
    pub(crate) fn into_error(self) -> BoxError {
        match self {
            Self::ConnectionLost => Box::new(broken_stream(None)),
            Self::Reset(reason) => Box::new(broken_stream(Some(reason.into()))),
            Self::Connect => Box::new(ConnectError("connection refused".into())),
            Self::Timeout => Box::new(TimeoutExpired(())),
            Self::Status(status) => Box::new(status),
            Self::Other(text) => text.into(),
        }
    }
}

/// What a client of h2 sees when its peer resets the stream, or goes away.
fn broken_stream(reset: Option<h2::Reason>) -> h2::Error {
    let (client, server) = tokio::io::duplex(PIPE_LEN);
    let (mut client, mut server) = (pin!(send(client)), pin!(break_off(server, reset)));
    let mut server_is_done = false;
    run(poll_fn(move |cx| {
        server_is_done = server_is_done || server.as_mut().poll(cx).is_ready();
        client.as_mut().poll(cx)
    }))
}

/// Sends a request, and gives the error that comes of it.
async fn send(io: DuplexStream) -> h2::Error {
    let (mut sender, connection) = match h2::client::handshake(io).await {
        Ok(connected) => connected,
        Err(error) => return error,
    };
    let response = match sender.send_request(Request::new(()), false) {
        Ok((response, body)) => {
            async move {
                let result = response.await;
                drop(body);
                result
            }
        }
        Err(error) => return error,
    };
    let (mut connection, mut response) = (pin!(connection), pin!(response));
    let result = poll_fn(|cx| {
        let _ = connection.as_mut().poll(cx);
        response.as_mut().poll(cx)
    });
    match result.await {
        Ok(_) => h2::Reason::INTERNAL_ERROR.into(), // the server below never answers
        Err(error) => error,
    }
}

/// Takes a request, and breaks off.
async fn break_off(io: DuplexStream, reset: Option<h2::Reason>) {
    let Ok(mut connection) = h2::server::handshake(io).await else {
        return;
    };
    let request = connection.accept().await;
    if let (Some(reason), Some(Ok((_body, mut respond)))) = (reset, request) {
        respond.send_reset(reason);
        let _ = poll_fn(|cx| connection.poll_closed(cx)).await;
    }
}

/// Runs what waits for nothing but itself.
fn run<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(unconstrained(future));
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..MAX_POLLS {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
    }
    unreachable!("both ends of a connection in memory wait")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_connection_is_an_io_error() {
        assert!(broken_stream(None).is_io());
    }

    #[test]
    fn a_reset_has_its_reason_and_is_the_peers() {
        for reason in [h2::Reason::REFUSED_STREAM, h2::Reason::CANCEL] {
            let error = broken_stream(Some(reason));
            assert!(error.is_reset() && error.is_remote());
            assert_eq!(error.reason(), Some(reason));
        }
    }
}
