//! Callers without a runtime of their own.

use std::{
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use grpc_interceptor::tonic::Request;
use grpc_interceptor::{Identity, prelude::*};
use testproto::echo::{EchoRequest, echo_client::EchoClient};

use crate::echo::EchoService;
use crate::handlers::{is_end, request, wait_for};
use crate::net::{Served, current_thread, intercepted, methods, multi_thread};
use crate::sync_echo::{Seen, SyncEcho};

fn server() -> Served {
    Served::start(current_thread(), intercepted(Identity, EchoService))
}

fn connected(server: &Served) -> blocking::Channel {
    blocking::Channel::connect(server.uri()).unwrap()
}

fn three() -> Vec<EchoRequest> {
    ["a", "b", "c"].map(request).to_vec()
}

#[test]
fn call_all_four_call_types() {
    let server = server();
    let mut client = connected(&server).client(EchoClient::new);

    let reply = client.unary(EchoClient::unary_echo, request("a")).unwrap();
    assert_eq!(reply.into_inner().text, "a");

    let reply = client.client_streaming(EchoClient::client_stream, three());
    assert_eq!(reply.unwrap().into_inner().text, "a b c");

    let request = EchoRequest {
        count: 3,
        ..request("x")
    };
    let replies = client.server_streaming(EchoClient::server_stream, request);
    let replies = replies
        .unwrap()
        .into_inner()
        .map(|reply| reply.unwrap().index);
    assert_eq!(replies.collect::<Vec<_>>(), [0, 1, 2]);

    let replies = client.streaming(EchoClient::bidi_stream, three()).unwrap();
    let replies = replies.into_inner().map(|reply| reply.unwrap().text);
    assert_eq!(replies.collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn stream_requests_that_other_code_makes_while_they_read_replies() {
    let server = server();
    let mut client = connected(&server).client(EchoClient::new);
    let (sender, receiver) = mpsc::channel();
    let replies = client.streaming(EchoClient::bidi_stream, receiver);
    let mut replies = replies.unwrap().into_inner();
    for text in ["a", "b", "c"] {
        sender.send(request(text)).unwrap();
        assert_eq!(replies.next().unwrap().unwrap().text, text);
    }
    drop(sender);
    assert!(replies.next().is_none());
    let trailers = replies.trailers().unwrap();
    assert!(trailers.is_none_or(|trailers| trailers.get("grpc-status").is_none_or(|it| it == "0")));
}

/// Counts calls, and puts a word into their metadata.
#[grpc_interceptor]
#[derive(Debug, Clone, Default)]
struct Marks {
    calls: Arc<Mutex<Vec<String>>>,
}

impl Marks {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        call.metadata_mut()
            .insert("x-mark", "marked".parse().unwrap());
        self.calls.lock().unwrap().push(call.method().to_string());
        let timer = tokio::time::timeout(Duration::from_millis(1), std::future::pending::<()>());
        timer.await.unwrap_err(); // a chain may use the timer
        next.run(call).await
    }
}

#[test]
fn use_the_chain_of_async_code() {
    let server = server();
    let marks = Marks::default();
    let layer = ClientLayer::new(marks.clone(), &methods()).unwrap();
    let mut client = connected(&server).client(|channel| EchoClient::new(layer.layer(channel)));
    client.unary(EchoClient::unary_echo, request("a")).unwrap();
    client.streaming(EchoClient::bidi_stream, three()).unwrap();
    let calls = marks.calls.lock().unwrap().clone();
    assert_eq!(
        calls,
        ["/echo.v1.Echo/UnaryEcho", "/echo.v1.Echo/BidiStream"]
    );
}

/// P34: a clear error on each kind of runtime, and no deadlock.
#[test]
fn are_told_what_to_do_in_async_code() {
    let server = server();
    let channel = connected(&server);
    for runtime in [current_thread(), multi_thread()] {
        let channel = channel.clone();
        let uri = server.uri();
        runtime.block_on(async {
            let call = move || {
                let status = blocking::Channel::connect(uri).unwrap_err();
                assert_eq!(status.code(), Code::FailedPrecondition);
                let mut client = channel.client(EchoClient::new);
                let status = client
                    .unary(EchoClient::unary_echo, request("a"))
                    .unwrap_err();
                assert_eq!(status.code(), Code::FailedPrecondition);
                assert!(status.message().contains("spawn_blocking"), "{status:?}");
            };
            call.clone()();
            tokio::spawn(async move { call() }).await.unwrap();
            // and what was asked had no part of this task's time
            assert!(tokio::task::coop::has_budget_remaining());
        });
    }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "users may call it, and then a caller may block"
)]
fn may_block_where_a_runtime_lets_them() {
    let server = server();
    let channel = connected(&server);
    let call = move || {
        let mut client = channel.client(EchoClient::new);
        client.unary(EchoClient::unary_echo, request("a")).unwrap();
    };
    for runtime in [current_thread(), multi_thread()] {
        let entered = runtime.enter();
        call();
        drop(entered);
        runtime.block_on(async { tokio::task::spawn_blocking(call.clone()).await.unwrap() });
    }
    multi_thread().block_on(async {
        tokio::spawn(async move { tokio::task::block_in_place(call) })
            .await
            .unwrap();
    });
}

#[test]
fn cancel_the_call_when_they_drop_its_replies() {
    let (service, mut seen) = SyncEcho::new();
    let server = Served::start(multi_thread(), intercepted(Identity, service));
    let mut client = connected(&server).client(EchoClient::new);
    let request = EchoRequest {
        count: u32::MAX,
        ..request("x")
    };
    let replies = client.server_streaming(EchoClient::server_stream, request);
    let mut replies = replies.unwrap().into_inner();
    replies.next().unwrap().unwrap();
    drop(replies);
    let dropped = wait_for(&mut seen, |seen| matches!(seen, Seen::Dropped(_)));
    current_thread().block_on(dropped);
}

#[test]
fn end_at_their_deadline() {
    let (service, mut seen) = SyncEcho::new();
    let server = Served::start(multi_thread(), intercepted(Identity, service));
    let mut client = connected(&server).client(EchoClient::new);
    let (_sender, receiver) = mpsc::channel::<EchoRequest>();
    let mut request = Request::new(receiver);
    request.set_timeout(Duration::from_millis(50));
    let status = client
        .client_streaming(EchoClient::client_stream, request)
        .unwrap_err();
    assert!(
        matches!(status.code(), Code::Cancelled | Code::DeadlineExceeded),
        "{status:?}"
    );
    let end = current_thread().block_on(wait_for(&mut seen, is_end));
    assert_eq!(end, Seen::Failed(Code::Cancelled));
}

#[test]
fn are_told_when_their_requests_panic() {
    let (service, mut seen) = SyncEcho::new();
    let server = Served::start(multi_thread(), intercepted(Identity, service));
    let mut client = connected(&server).client(EchoClient::new);
    let requests = (0..3).map(|index| {
        assert_ne!(index, 2, "secret");
        request("a")
    });
    let status = client
        .client_streaming(EchoClient::client_stream, requests)
        .unwrap_err();
    assert_eq!(status.code(), Code::Internal);
    let end = current_thread().block_on(wait_for(&mut seen, is_end));
    assert_eq!(
        end,
        Seen::Failed(Code::Cancelled),
        "half of the requests are not all"
    );
}

#[test]
fn say_what_is_wrong_with_an_endpoint() {
    let status = blocking::Channel::connect("no uri").unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument);
    let status = blocking::Channel::connect("http://127.0.0.1:1").unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert!(std::error::Error::source(&status).is_some());
}

#[test]
fn call_from_many_threads_at_once() {
    let server = server();
    let channel = connected(&server);
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                let mut client = channel.client(EchoClient::new);
                for _ in 0..20 {
                    client.unary(EchoClient::unary_echo, request("a")).unwrap();
                }
            });
        }
    });
}
