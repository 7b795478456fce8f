//! Over TCP, with bare tonic, or nothing but HTTP/2, at the other end.

use std::{future::poll_fn, time::Duration};

use futures_util::future::join_all;
use grpc_interceptor::{
    ClientLayer, Methods, ServerLayer,
    deadline::Deadline,
    tonic::{
        Code, Request, Status, Streaming,
        transport::{Channel, Server, server::TcpIncoming},
    },
};
use http::HeaderMap;
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tokio::{net::TcpStream, task::JoinHandle};
use tokio_stream::pending;

use crate::{back::Back, millis, request};

fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}

/// Serves, and says where.
fn serve(back: &Back, timeout: Option<Duration>, deadline: Option<Deadline>) -> String {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap().to_string();
    let mut server = Server::builder();
    if let Some(timeout) = timeout {
        server = server.timeout(timeout);
    }
    let service = EchoServer::new(back.clone());
    // `None` is an interceptor, too: one that is not there.
    let layer = ServerLayer::new(deadline, &methods()).unwrap();
    let router = server.layer(layer).add_service(service);
    tokio::spawn(router.serve_with_incoming(incoming));
    address
}

/// A call by nothing but HTTP/2, when its headers were sent.
async fn bare_call(address: &str, method: &str, time: &str) -> h2::client::ResponseFuture {
    let stream = TcpStream::connect(address).await.unwrap();
    let (mut h2, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let call = http::Request::post(format!("http://{address}/echo.v1.Echo/{method}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("grpc-timeout", time)
        .body(())
        .unwrap();
    poll_fn(|cx| h2.poll_ready(cx)).await.unwrap();
    let (response, mut body) = h2.send_request(call, false).unwrap();
    body.send_data(vec![0; 5].into(), true).unwrap();
    response
}

/// A response without a body.
async fn trailers_only(response: h2::client::ResponseFuture) -> HeaderMap {
    let (parts, data) = response.await.unwrap().into_parts();
    assert!(data.is_end_stream());
    parts.headers
}

/// A clock that stands still until the test says otherwise, whatever the sockets wait for: it does not go on by itself
/// while something blocks.
struct Clock {
    _blocks: std::sync::mpsc::Sender<()>,
}

impl Clock {
    fn new() -> Self {
        let (blocks, until) = std::sync::mpsc::channel();
        tokio::task::spawn_blocking(move || until.recv());
        Self { _blocks: blocks }
    }

    /// The time of each call here is over.
    async fn pass(&self) {
        tokio::time::advance(millis(51)).await;
    }
}

fn status(headers: &HeaderMap) -> &str {
    headers["grpc-status"].to_str().unwrap()
}

/// In real time: who is woken first differs from run to run.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_answers_before_tonics_own_timer() {
    let address = serve(&Back::new(), None, Some(Deadline::new()));
    let calls = (0..20).map(|index| {
        let method = ["UnaryEcho", "ClientStream"][index % 2];
        async { trailers_only(bare_call(&address, method, "30m").await).await }
    });
    for headers in join_all(calls).await {
        assert_eq!(status(&headers), "4");
        assert_eq!(headers["content-type"], "application/grpc");
    }
}

#[tokio::test(start_paused = true)]
async fn the_server_ends_a_call_and_cancels_the_handler() {
    let (clock, back) = (Clock::new(), Back::new());
    let address = serve(&back, None, Some(Deadline::new()));
    for (count, method) in [(1, "UnaryEcho"), (2, "ClientStream")] {
        let response = bare_call(&address, method, "50m").await;
        back.began(count).await;
        clock.pass().await;
        assert_eq!(status(&trailers_only(response).await), "4");
        back.dropped(count).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_the_servers_ends_with_a_status_in_the_trailers() {
    let (clock, back) = (Clock::new(), Back::new());
    let address = serve(&back, None, Some(Deadline::new()));
    for (count, method) in [(1, "ServerStream"), (2, "BidiStream")] {
        let response = bare_call(&address, method, "50m").await.await.unwrap();
        assert!(!response.headers().contains_key("grpc-status"));
        let mut data = response.into_body();
        assert_eq!(data.data().await.unwrap().unwrap().len(), 5);
        clock.pass().await;
        assert!(data.data().await.is_none());
        assert_eq!(status(&data.trailers().await.unwrap().unwrap()), "4");
        back.dropped(count).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_max_holds_where_the_client_asks_for_more() {
    let (clock, back) = (Clock::new(), Back::new());
    let address = serve(&back, None, Some(Deadline::new().max(millis(50))));
    let response = bare_call(&address, "UnaryEcho", "1H").await;
    back.began(1).await;
    clock.pass().await;
    assert_eq!(status(&trailers_only(response).await), "4");
    let told = back.seen()[0].timeout.clone();
    assert_eq!(told.as_deref(), Some("50000000n"), "the handler is told");
}

/// That is documented: tonic's timer stands outside of all layers.
#[tokio::test(start_paused = true)]
async fn a_shorter_timeout_of_tonics_server_ends_as_tonic_ends_it() {
    let (clock, back) = (Clock::new(), Back::new());
    let address = serve(&back, Some(millis(50)), Some(Deadline::new()));
    let response = bare_call(&address, "UnaryEcho", "1H").await;
    back.began(1).await;
    clock.pass().await;
    assert_eq!(status(&trailers_only(response).await), "1");
    back.dropped(1).await;
}

#[tokio::test(start_paused = true)]
async fn a_client_of_a_bare_server_ends_all_four_call_types_and_cancels_the_handler() {
    let (clock, back) = (Clock::new(), Back::new());
    let address = serve(&back, None, None);
    let channel = Channel::from_shared(format!("http://{address}")).unwrap();
    let channel = channel.connect().await.unwrap();
    let layer = ClientLayer::new(Deadline::new().max(millis(50)), &methods()).unwrap();
    let client = EchoClient::new(layer.layer(channel));

    let mut unary = client.clone();
    let call = tokio::spawn(async move { unary.unary_echo(request("")).await.map(|_| ()) });
    assert_exceeded(&clock, &back, 1, call).await;
    let mut streams = client.clone();
    let call = async move { streams.client_stream(pending()).await.map(|_| ()) };
    assert_exceeded(&clock, &back, 2, tokio::spawn(call)).await;
    let mut streams = client.clone();
    let replies = streams.server_stream(request("")).await.unwrap();
    let call = tokio::spawn(read(replies.into_inner()));
    assert_exceeded(&clock, &back, 3, call).await;
    let mut streams = client;
    let replies = streams.bidi_stream(pending()).await.unwrap();
    let call = tokio::spawn(read(replies.into_inner()));
    assert_exceeded(&clock, &back, 4, call).await;
    let told = back.seen();
    assert!(told.iter().all(|seen| seen.timeout.is_some()), "{told:?}");
}

async fn assert_exceeded(
    clock: &Clock,
    back: &Back,
    count: usize,
    call: JoinHandle<Result<(), Status>>,
) {
    back.began(count).await;
    clock.pass().await;
    let status = call.await.unwrap().unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
    back.dropped(count).await;
}

async fn read<M>(mut messages: Streaming<M>) -> Result<(), Status> {
    while messages.message().await?.is_some() {}
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_the_endpoint_has_the_code_of_a_deadline() {
    let (clock, back) = (Clock::new(), Back::new());
    let address = serve(&back, None, None);
    let channel = Channel::from_shared(format!("http://{address}")).unwrap();
    let channel = channel.timeout(millis(50)).connect().await.unwrap();
    let layer = ClientLayer::new(Deadline::new(), &methods()).unwrap();
    let mut client = EchoClient::new(layer.layer(channel));
    let mut message = Request::new(request(""));
    message.set_timeout(Duration::from_secs(60));
    let call = tokio::spawn(async move { client.unary_echo(message).await.map(|_| ()) });
    assert_exceeded(&clock, &back, 1, call).await;
}
