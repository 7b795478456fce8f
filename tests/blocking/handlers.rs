//! Blocking handlers under async clients.

use std::{sync::mpsc::Receiver, time::Duration};

use futures_util::{StreamExt as _, stream};
use grpc_interceptor::{Identity, prelude::*};
use grpc_interceptor::tonic::{Request, transport::Channel};
use testproto::echo::{EchoRequest, echo_client::EchoClient};
use tokio::runtime::Runtime;

use crate::net::{Served, current_thread, intercepted, multi_thread};
use crate::sync_echo::{Seen, SyncEcho};

/// Within which a test has to see what it waits for.
const SOON: Duration = Duration::from_secs(20);

fn request(text: &str) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        ..EchoRequest::default()
    }
}

/// A server of blocking handlers, and what they saw.
fn served(runtime: Runtime) -> (Served, Receiver<Seen>) {
    let (service, seen) = SyncEcho::new();
    (Served::start(runtime, intercepted(Identity, service)), seen)
}

/// Runs the body with a client, against handlers on either runtime.
fn on_both_runtimes(body: impl AsyncFn(EchoClient<Channel>, Receiver<Seen>)) {
    for runtime in [current_thread(), multi_thread()] {
        let (server, seen) = served(runtime);
        current_thread().block_on(async { body(EchoClient::new(server.channel()), seen).await });
    }
}

fn wait_for(seen: &Receiver<Seen>, wanted: impl Fn(&Seen) -> bool) -> Seen {
    loop {
        let next = seen.recv_timeout(SOON).unwrap();
        if wanted(&next) {
            return next;
        }
    }
}

#[test]
fn answer_all_four_call_types() {
    on_both_runtimes(async |mut client, seen| {
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
        let threads = seen.try_iter().filter_map(|seen| match seen {
            Seen::Thread(name) | Seen::Dropped(name) => Some(name),
            _ => None,
        });
        let threads: Vec<_> = threads.collect();
        assert!(threads.len() >= 4);
        assert!(threads.iter().all(|it| it.starts_with("grpc-blocking-")), "{threads:?}");
    });
}

#[test]
fn see_cancelled_when_a_client_is_aborted_after_two_messages() {
    for streamed in [false, true] {
        on_both_runtimes(async |client, seen| {
            for _ in 0..100 {
                abort_after_two(client.clone(), streamed, &seen).await;
            }
        });
    }
}

/// A call that is dropped when the handler has two of its requests; it never sees an end that looks complete.
async fn abort_after_two(mut client: EchoClient<Channel>, streamed: bool, seen: &Receiver<Seen>) {
    let requests = stream::iter(["a", "b"].map(request)).chain(stream::pending());
    let call = async move {
        if streamed {
            let mut replies = client.bidi_stream(requests).await.unwrap().into_inner();
            while replies.message().await.unwrap().is_some() {}
        } else {
            client.client_stream(requests).await.unwrap();
        }
    };
    let call = tokio::spawn(call);
    let mut requests = 0;
    let end = loop {
        match seen.try_recv() {
            Ok(Seen::Request(_)) => {
                requests += 1;
                if requests == 2 {
                    call.abort();
                }
            }
            Ok(end @ (Seen::Failed(_) | Seen::Complete)) => break end,
            _ => tokio::task::yield_now().await,
        }
    };
    assert_eq!((requests, end), (2, Seen::Failed(Code::Cancelled)));
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
    on_both_runtimes(async |mut client, seen| {
        let request = EchoRequest {
            count: u32::MAX,
            ..request("x")
        };
        let mut replies = client.server_stream(request).await.unwrap().into_inner();
        replies.message().await.unwrap();
        drop(replies);
        let dropped = tokio::task::spawn_blocking(move || {
            wait_for(&seen, |seen| matches!(seen, Seen::Dropped(_)))
        });
        let Seen::Dropped(thread) = dropped.await.unwrap() else {
            unreachable!()
        };
        assert!(thread.starts_with("grpc-blocking-"), "{thread}");
    });
}

#[test]
fn see_a_deadline_as_cancelled() {
    on_both_runtimes(async |mut client, seen| {
        let requests = stream::iter([request("a")]).chain(stream::pending());
        let mut request = Request::new(requests);
        request.set_timeout(Duration::from_millis(50));
        client.client_stream(request).await.unwrap_err();
        let end = tokio::task::spawn_blocking(move || {
            wait_for(&seen, |seen| matches!(seen, Seen::Failed(_) | Seen::Complete))
        });
        assert_eq!(end.await.unwrap(), Seen::Failed(Code::Cancelled));
    });
}
