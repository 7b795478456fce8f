//! The error of a stream that has nothing else: over a socket, and for a client that retries.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use grpc_interceptor::prelude::*;
use grpc_interceptor::{
    policy::{Backoff, RetryPolicy},
    retry::Retry,
    status::TrailersOnly,
    tonic::{
        Request, Response, Streaming, async_trait,
        transport::{Server, server::TcpIncoming},
    },
};
use testproto::echo::{
    EchoReply, EchoRequest,
    echo_client::EchoClient,
    echo_server::{Echo, EchoServer},
};

type Replies = stream::BoxStream<'static, Result<EchoReply, Status>>;

/// Two calls of each method begin with an error; the next one works.
#[derive(Debug, Clone, Default)]
struct Unsteady(Arc<AtomicU32>);

impl Unsteady {
    fn stream(&self) -> Response<Replies> {
        let fails = self.0.fetch_add(1, Relaxed) % 3 < 2;
        let first = if fails {
            let details = b"details"[..].into();
            let mut status = Status::with_details(Code::Unavailable, "not yet", details);
            status.metadata_mut().insert("x-tail", "2".parse().unwrap());
            Err(status)
        } else {
            Ok(EchoReply::default())
        };
        let mut response = Response::new(stream::iter([first]).boxed());
        response
            .metadata_mut()
            .insert("x-head", "1".parse().unwrap());
        response
    }
}

#[async_trait]
impl Echo for Unsteady {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(&self, _: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn server_stream(&self, _: Request<EchoRequest>) -> Result<Response<Replies>, Status> {
        Ok(self.stream())
    }

    async fn client_stream(
        &self,
        _: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        Err(Status::unimplemented(""))
    }

    async fn bidi_stream(
        &self,
        _: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        Ok(self.stream())
    }

    async fn say(&self, _: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        Err(Status::unimplemented(""))
    }
}

fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_client_that_retries_makes_the_call_again() {
    let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(1), 1.0).unwrap();
    let policy = RetryPolicy::new(4, backoff, [Code::Unavailable]).unwrap();
    let retry = Retry::new().policy("/echo.v1.Echo/*", policy).unwrap();
    let client = ClientLayer::new(retry, &methods()).unwrap();
    for (trailers_only, calls) in [(None, 1), (Some(TrailersOnly::new()), 3)] {
        for bidi in [false, true] {
            let handler = Unsteady::default();
            let server = ServerLayer::new(trailers_only, &methods()).unwrap();
            let server = server.layer(EchoServer::new(handler.clone()));
            let mut client = EchoClient::new(client.layer(server));
            let replies = if bidi {
                let requests = stream::iter([EchoRequest::default()]);
                client.bidi_stream(requests).await
            } else {
                client.server_stream(EchoRequest::default()).await
            };
            let first = replies.unwrap().into_inner().message().await;
            assert_eq!(first.is_ok(), trailers_only.is_some(), "{first:?}");
            assert_eq!(handler.0.load(Relaxed), calls);
        }
    }
}

/// Two HEADERS frames without it, one with it; and the same status for a client.
#[tokio::test]
async fn on_the_wire_it_is_one_headers_frame_that_ends_the_stream() {
    for trailers_only in [None, Some(TrailersOnly::new())] {
        let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let address = incoming.local_addr().unwrap();
        let layer = ServerLayer::new(trailers_only, &methods()).unwrap();
        let mut server = Server::builder().layer(layer);
        let router = server.add_service(EchoServer::new(Unsteady::default()));
        tokio::spawn(router.serve_with_incoming(incoming));

        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let (mut h2, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::spawn(connection);
        let call = http::Request::post(format!("http://{address}/echo.v1.Echo/ServerStream"))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(())
            .unwrap();
        poll_fn(|cx| h2.poll_ready(cx)).await.unwrap();
        let (response, mut body) = h2.send_request(call, false).unwrap();
        body.send_data(vec![0; 5].into(), true).unwrap();
        let (parts, mut data) = response.await.unwrap().into_parts();
        assert_eq!(parts.headers["x-head"], "1");
        assert_eq!(parts.headers["content-type"], "application/grpc");
        assert_eq!(data.is_end_stream(), trailers_only.is_some());
        assert_eq!(
            parts.headers.contains_key("grpc-status"),
            trailers_only.is_some()
        );
        let status = if trailers_only.is_some() {
            assert!(!parts.headers.contains_key("content-length"));
            parts.headers
        } else {
            assert!(data.data().await.is_none());
            data.trailers().await.unwrap().unwrap()
        };
        assert_eq!(
            (&status["grpc-status"], &status["x-tail"]),
            (&"14".parse().unwrap(), &"2".parse().unwrap())
        );
        assert_eq!(status["grpc-message"], "not%20yet");
        assert!(status.contains_key("grpc-status-details-bin"));
    }
}
