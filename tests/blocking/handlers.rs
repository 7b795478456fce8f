//! Blocking handlers under async clients.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use grpc_interceptor::tonic::{Request, transport::Channel};
use grpc_interceptor::{Identity, prelude::*};
use testproto::echo::{EchoRequest, echo_client::EchoClient};
use tokio::{runtime::Runtime, sync::mpsc::UnboundedReceiver};

use crate::net::{Served, current_thread, intercepted, multi_thread};
use crate::sync_echo::{Seen, SyncEcho};

/// Within which a test has to see what it waits for.
pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) fn request(text: &str) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        ..EchoRequest::default()
    }
}

/// A server of blocking handlers, and what they saw.
pub(crate) fn served(runtime: Runtime) -> (Served, UnboundedReceiver<Seen>) {
    let (service, seen) = SyncEcho::new();
    (Served::start(runtime, intercepted(Identity, service)), seen)
}

/// Runs the body with a client, against handlers on either runtime.
fn on_both_runtimes(body: impl AsyncFn(EchoClient<Channel>, UnboundedReceiver<Seen>)) {
    for runtime in [current_thread(), multi_thread()] {
        let (server, seen) = served(runtime);
        current_thread().block_on(async { body(EchoClient::new(server.channel()), seen).await });
    }
}

/// The first of what a handler sees that is wanted.
pub(crate) async fn wait_for(
    seen: &mut UnboundedReceiver<Seen>,
    wanted: impl Fn(&Seen) -> bool,
) -> Seen {
    let wait = async {
        loop {
            let next = seen.recv().await.unwrap();
            if wanted(&next) {
                return next;
            }
        }
    };
    tokio::time::timeout(SOON, wait).await.unwrap()
}

pub(crate) fn is_end(seen: &Seen) -> bool {
    matches!(seen, Seen::Failed(_) | Seen::Complete)
}

#[test]
fn answer_all_four_call_types() {
    on_both_runtimes(async |mut client, mut seen| {
        let requests = || stream::iter(["a", "b", "c"].map(request));
        let reply = client.unary_echo(request("a")).await.unwrap();
        assert_eq!(reply.into_inner().text, "a");
        let reply = client.client_stream(requests()).await.unwrap().into_inner();
        assert_eq!((&*reply.text, reply.index), ("a b c", 3));
        let request = EchoRequest {
            count: 3,
            ..request("x")
        };
        let replies = client.server_stream(request).await.unwrap().into_inner();
        let indices: Vec<_> = replies.map(|reply| reply.unwrap().index).collect().await;
        assert_eq!(indices, [0, 1, 2]);
        let replies = client.bidi_stream(requests()).await.unwrap().into_inner();
        let texts: Vec<_> = replies.map(|reply| reply.unwrap().text).collect().await;
        assert_eq!(texts, ["a", "b", "c"]);
        let mut threads = Vec::new();
        while let Ok(seen) = seen.try_recv() {
            if let Seen::Thread(name) | Seen::Dropped(name) = seen {
                threads.push(name);
            }
        }
        assert!(threads.len() >= 4);
        assert!(
            threads.iter().all(|it| it.starts_with("grpc-blocking-")),
            "{threads:?}"
        );
    });
}

#[test]
fn that_panic_answer_internal_without_the_text() {
    on_both_runtimes(async |mut client, _seen| {
        let status = client.unary_echo(request("panic")).await.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        assert!(!status.message().contains("secret"), "{status:?}");
        let request = EchoRequest {
            count: 3,
            ..request("panic")
        };
        let mut replies = client.server_stream(request).await.unwrap().into_inner();
        let status = replies.message().await.unwrap_err();
        assert_eq!(status.code(), Code::Internal);
        assert!(!status.message().contains("secret"), "{status:?}");
    });
}

#[test]
fn stop_making_replies_when_the_call_is_dropped() {
    on_both_runtimes(async |mut client, mut seen| {
        let request = EchoRequest {
            count: u32::MAX,
            ..request("x")
        };
        let mut replies = client.server_stream(request).await.unwrap().into_inner();
        replies.message().await.unwrap();
        drop(replies);
        let dropped = wait_for(&mut seen, |seen| matches!(seen, Seen::Dropped(_))).await;
        let Seen::Dropped(thread) = dropped else {
            unreachable!()
        };
        assert!(thread.starts_with("grpc-blocking-"), "{thread}");
    });
}

#[test]
fn see_a_deadline_as_cancelled() {
    on_both_runtimes(async |mut client, mut seen| {
        let requests = stream::iter([request("a")]).chain(stream::pending());
        let mut request = Request::new(requests);
        request.set_timeout(Duration::from_millis(50));
        client.client_stream(request).await.unwrap_err();
        let end = wait_for(&mut seen, is_end).await;
        assert_eq!(end, Seen::Failed(Code::Cancelled));
    });
}
