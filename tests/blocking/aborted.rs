//! A client that goes away after two messages of a stream: a handler on a thread lives on, and must not take what it has
//! for all there is.
//!
//! The client is bare h2, so that the reset is on the wire when the test wants it there: hyper's client sends none while
//! the request's stream is idle.

use bytes::Bytes;
use h2::{Reason, SendStream, client::SendRequest};
use prost::Message as _;
use tokio::{net::TcpStream, runtime::Runtime, sync::mpsc::UnboundedReceiver};

use crate::handlers::{is_end, request, served, wait_for};
use crate::net::{Served, current_thread, multi_thread};
use crate::sync_echo::Seen;
use grpc_interceptor::prelude::*;

const TIMES: usize = 200;

#[test]
fn calls_with_a_unary_reply_are_seen_as_cancelled() {
    every_time("/echo.v1.Echo/ClientStream", current_thread);
    every_time("/echo.v1.Echo/ClientStream", multi_thread);
}

#[test]
fn calls_with_streamed_replies_are_seen_as_cancelled() {
    every_time("/echo.v1.Echo/BidiStream", current_thread);
    every_time("/echo.v1.Echo/BidiStream", multi_thread);
}

#[test]
fn calls_whose_connection_is_lost_are_not_seen_as_complete() {
    for path in ["/echo.v1.Echo/ClientStream", "/echo.v1.Echo/BidiStream"] {
        let (server, mut seen) = served(multi_thread());
        for _ in 0..20 {
            current_thread().block_on(async {
                let mut client = connect(&server).await;
                let _stream = two_messages(&mut client, path, &mut seen).await;
            }); // with the runtime ends the connection
            let end = current_thread().block_on(wait_for(&mut seen, is_end));
            assert!(matches!(end, Seen::Failed(_)));
        }
    }
}

#[test]
fn a_stream_that_is_ended_is_seen_as_complete() {
    let (server, mut seen) = served(multi_thread());
    current_thread().block_on(async {
        let mut client = connect(&server).await;
        for _ in 0..TIMES {
            let mut stream =
                two_messages(&mut client, "/echo.v1.Echo/ClientStream", &mut seen).await;
            stream.send_data(Bytes::new(), true).unwrap();
            sees(&mut seen, Seen::Complete).await;
        }
    });
}

fn every_time(path: &str, runtime: fn() -> Runtime) {
    let (server, mut seen) = served(runtime());
    current_thread().block_on(async {
        for _ in 0..TIMES {
            let mut client = connect(&server).await;
            let mut stream = two_messages(&mut client, path, &mut seen).await;
            stream.send_reset(Reason::CANCEL);
            sees(&mut seen, Seen::Failed(Code::Cancelled)).await;
        }
    });
}

async fn connect(server: &Served) -> SendRequest<Bytes> {
    let stream = TcpStream::connect(server.address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Begins a call, and waits until the handler has two of its messages.
async fn two_messages(
    client: &mut SendRequest<Bytes>,
    path: &str,
    seen: &mut UnboundedReceiver<Seen>,
) -> SendStream<Bytes> {
    let request = http::Request::post(format!("http://peer.test{path}"))
        .version(http::Version::HTTP_2)
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .unwrap();
    let mut ready = client.clone().ready().await.unwrap();
    let (response, mut stream) = ready.send_request(request, false).unwrap();
    tokio::spawn(async move {
        let mut replies = response.await?.into_body();
        while replies.data().await.transpose()?.is_some() {}
        Ok::<_, h2::Error>(())
    });
    for text in ["a", "b"] {
        stream.send_data(frame(text), false).unwrap();
        sees(seen, Seen::Request(text.to_owned())).await;
    }
    stream
}

fn frame(text: &str) -> Bytes {
    let message = request(text).encode_to_vec();
    let mut frame = vec![0, 0, 0, 0, u8::try_from(message.len()).unwrap()];
    frame.extend(message);
    frame.into()
}

/// Waits for a request, and for an end; there is no other end.
async fn sees(seen: &mut UnboundedReceiver<Seen>, wanted: Seen) {
    let is_wanted = |seen: &Seen| *seen == wanted || is_end(seen);
    assert_eq!(wait_for(seen, is_wanted).await, wanted);
}
