//! A handler's own calls end with the call that it serves.

use std::{
    future::Future,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use grpc_interceptor::{
    CallKind, ClientLayer, InterceptedServer, Methods, ServerLayer,
    deadline::{Deadline, ParentCall},
    tonic::{Code, Request, Status, body::Body},
};
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tokio::time::{Instant, timeout};
use tokio_stream::iter;
use tower::Layer as _;

use crate::{
    back::Back,
    front::{Front, ToBack},
    millis, request,
};

/// Two servers, and a client of the first that has no interceptor.
struct Chain {
    client: EchoClient<InterceptedServer<EchoServer<Front>, Deadline>>,
    front: Front,
    back: Back,
}

/// How a call is made.
#[derive(Clone, Copy)]
struct Made {
    kind: CallKind,
    timeout: Option<Duration>,
}

// === impl Chain ===

impl Chain {
    /// With this on the first server, and that on its client.
    fn new(server: Deadline, client: Deadline) -> Self {
        let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
        let back = Back::new();
        let service = EchoServer::new(back.clone());
        let service = ServerLayer::new(Deadline::new(), &methods)
            .unwrap()
            .layer(service);
        let client: ToBack =
            EchoClient::new(ClientLayer::new(client, &methods).unwrap().layer(service));
        let front = Front {
            client,
            made: Arc::default(),
            fails_with: Arc::default(),
            began: Instant::now(),
        };
        let service = ServerLayer::new(server, &methods).unwrap();
        let client = EchoClient::new(service.layer(EchoServer::new(front.clone())));
        Self {
            client,
            front,
            back,
        }
    }

    fn plain() -> Self {
        Self::new(Deadline::new(), Deadline::new())
    }

    /// Has the first server do something, and waits for the end of it.
    async fn call(&self, what: &str, made: Made) -> Status {
        let mut client = self.client.clone();
        let mut message = Request::new(request(what));
        if let Some(timeout) = made.timeout {
            message.set_timeout(timeout);
        }
        message.metadata_mut().insert("x-id", "7".parse().unwrap());
        let ended = |result: Result<(), Status>| result.err().unwrap_or(Status::ok(""));
        match made.kind {
            CallKind::UnaryUnary => ended(client.unary_echo(message).await.map(|_| ())),
            CallKind::StreamUnary => {
                let message = message.map(|message| iter([message]));
                ended(client.client_stream(message).await.map(|_| ()))
            }
            CallKind::UnaryStream => match client.server_stream(message).await {
                Ok(replies) => read(replies.into_inner()).await,
                Err(status) => status,
            },
            CallKind::StreamStream => {
                let message = message.map(|message| iter([message]));
                match client.bidi_stream(message).await {
                    Ok(replies) => read(replies.into_inner()).await,
                    Err(status) => status,
                }
            }
        }
    }

    fn made(&self) -> Vec<(Code, u128)> {
        self.front.made.lock().unwrap().clone()
    }

    fn told(&self) -> Vec<Option<String>> {
        self.back.seen().into_iter().map(|it| it.timeout).collect()
    }

    fn dropped(&self) -> Vec<Option<Duration>> {
        self.back.seen().into_iter().map(|it| it.dropped).collect()
    }
}

async fn read<M>(mut messages: grpc_interceptor::tonic::Streaming<M>) -> Status {
    loop {
        match messages.message().await {
            Ok(Some(_)) => {}
            Ok(None) => return Status::ok(""),
            Err(status) => return status,
        }
    }
}

async fn for_every_call_type<F: Future<Output = ()>>(mut test: impl FnMut(Made) -> F) {
    for kind in CallKind::ALL {
        let timeout = Some(millis(50));
        test(Made { kind, timeout }).await;
    }
}

fn forty() -> Vec<Option<String>> {
    vec![Some("40000000n".to_owned())]
}

#[tokio::test(start_paused = true)]
async fn calls_of_a_handler_have_what_is_left_and_are_cancelled_with_it() {
    for_every_call_type(|made| async move {
        let chain = Chain::plain();
        let status = chain.call("call", made).await;
        assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
        assert_eq!(chain.told(), forty());
        assert_eq!(chain.dropped(), [Some(millis(50))]);
        assert_eq!(chain.made(), [], "the handler is gone");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_with_less_time_of_its_own_has_that() {
    for_every_call_type(|made| async move {
        let chain = Chain::new(Deadline::new(), Deadline::new().max(millis(15)));
        let status = chain.call("call", made).await;
        assert_eq!(
            status.code(),
            Code::DeadlineExceeded,
            "its handler's answer"
        );
        assert_eq!(chain.told(), [Some("15000000n".to_owned())]);
        assert_eq!(chain.made(), [(Code::DeadlineExceeded, 25)]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_spawned_task_has_nothing_until_it_enters_the_call() {
    for_every_call_type(|made| async move {
        let chain = Chain::plain();
        let status = chain.call("spawn", made).await;
        assert_eq!(status.code(), Code::DeadlineExceeded);
        tokio::time::sleep(millis(100)).await; // paused time
        assert_eq!((chain.told(), chain.dropped()), (vec![None], vec![None]));

        let chain = Chain::plain();
        let status = chain.call("enter", made).await;
        assert_eq!(status.code(), Code::DeadlineExceeded);
        assert_eq!(chain.told(), forty());
        chain.back.dropped(1).await;
        tokio::task::yield_now().await;
        assert_eq!(chain.made(), [(Code::DeadlineExceeded, 50)]);
    })
    .await;
}

/// Without a deadline, too.
#[tokio::test(start_paused = true)]
async fn a_task_that_entered_a_call_is_told_when_its_caller_goes_away() {
    for kind in CallKind::ALL {
        for time in [None, Some(millis(50))] {
            let chain = Chain::plain();
            let made = Made {
                kind,
                timeout: time,
            };
            let call = timeout(millis(30), chain.call("enter", made));
            assert!(call.await.is_err(), "the caller goes away");
            chain.back.dropped(1).await;
            tokio::task::yield_now().await;
            assert_eq!(chain.made(), [(Code::Cancelled, 30)]);
            assert_eq!(chain.dropped(), [Some(millis(30))]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_was_handed_to_a_task_ends_with_the_call_all_the_same() {
    for_every_call_type(|made| async move {
        let chain = Chain::plain();
        let call = timeout(millis(30), chain.call("hand over", made));
        assert!(call.await.is_err(), "the caller goes away");
        chain.back.dropped(1).await;
        tokio::task::yield_now().await;
        assert_eq!(chain.made(), [(Code::Cancelled, 30)]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_answered_was_not_cancelled_but_its_deadline_stays() {
    for_every_call_type(|made| async move {
        let chain = Chain::plain();
        let status = chain.call("enter and answer", made).await;
        assert_eq!(status.code(), Code::Ok);
        assert_eq!(chain.front.began.elapsed(), millis(0));
        chain.back.dropped(1).await;
        tokio::task::yield_now().await;
        assert_eq!(chain.made(), [(Code::DeadlineExceeded, 50)]);
    })
    .await;
}

/// Only a call that no status could be sent for was cancelled. Each code is an answer, CANCELLED and `DEADLINE_EXCEEDED` too,
/// behind a message or in the place of all.
#[tokio::test(start_paused = true)]
async fn an_answer_that_is_an_error_is_no_cancellation() {
    for_every_call_type(|made| async move {
        for code in (1..=16).map(Code::from_i32) {
            for what in fails(made.kind) {
                let chain = Chain::plain();
                chain.front.fails_with.store(code as i32, Relaxed);
                let status = chain.call(what, made).await;
                assert_eq!(status.code(), code, "{what}: {status:?}");
                assert_eq!(chain.front.began.elapsed(), millis(0));
                chain.back.dropped(1).await;
                tokio::task::yield_now().await;
                assert_eq!(chain.made(), [(Code::DeadlineExceeded, 50)], "{code:?}");
            }
        }
    })
    .await;
}

/// Nothing ends what was begun for such a call, if it has no deadline.
#[tokio::test(start_paused = true)]
async fn without_a_deadline_an_answer_that_is_an_error_ends_nothing() {
    for kind in CallKind::ALL {
        let made = Made {
            kind,
            timeout: None,
        };
        for what in fails(kind) {
            let chain = Chain::plain();
            chain
                .front
                .fails_with
                .store(Code::Cancelled as i32, Relaxed);
            let status = chain.call(what, made).await;
            assert_eq!(status.code(), Code::Cancelled);
            tokio::time::sleep(millis(3_600_000)).await; // paused time
            assert_eq!((chain.told(), chain.dropped()), (vec![None], vec![None]));
            assert_eq!(chain.made(), []);
        }
    }
}

/// The ways in which a handler answers with an error, behind having begun a call.
fn fails(kind: CallKind) -> &'static [&'static str] {
    if kind.server_streaming() {
        &["enter and fail", "at once: enter and fail"]
    } else {
        &["enter and fail"]
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_cancels_what_it_spawned() {
    for_every_call_type(|made| async move {
        let chain = Chain::plain();
        let (client, call) = (chain.client.clone(), chain.front.clone());
        let other = Chain {
            client,
            front: call,
            back: chain.back.clone(),
        };
        let call = tokio::spawn(async move { other.call("panic", made).await });
        assert!(call.await.unwrap_err().is_panic());
        chain.back.dropped(1).await;
        tokio::task::yield_now().await;
        assert_eq!(chain.made(), [(Code::Cancelled, 20)]);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn either_side_can_do_without() {
    for_every_call_type(|made| async move {
        let without = || Deadline::new().inherits(false);
        for (server, client) in [(without(), Deadline::new()), (Deadline::new(), without())] {
            let chain = Chain::new(server.propagate(["x-id"]).unwrap(), client);
            let status = chain.call("call", made).await;
            assert_eq!(status.code(), Code::DeadlineExceeded);
            let seen = &chain.back.seen()[0];
            assert_eq!((&seen.timeout, seen.id.len()), (&None, 0));
            assert_eq!(
                seen.dropped,
                Some(millis(50)),
                "it is dropped with its handler"
            );
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn chosen_metadata_go_on_once() {
    for_every_call_type(|made| async move {
        let server = Deadline::new().propagate(["X-Id", "x-missing"]).unwrap();
        let server = server.propagate(["x-id"]).unwrap(); // chosen twice, handed on once
        let chain = Chain::new(server, Deadline::new());
        chain.call("call", made).await;
        assert_eq!(chain.back.seen()[0].id, ["7"]);

        let chain = Chain::plain();
        chain.call("call", made).await;
        assert!(chain.back.seen()[0].id.is_empty(), "nobody has chosen it");
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn metadata_of_a_calls_own_stay() {
    /// Has an id of its own.
    #[grpc_interceptor::grpc_interceptor]
    struct Own;

    impl Own {
        async fn intercept_call<T: grpc_interceptor::CallType>(
            &self,
            mut call: grpc_interceptor::Call<T>,
            next: impl grpc_interceptor::Next<T>,
        ) -> Result<grpc_interceptor::Reply<T>, Status> {
            call.metadata_mut().insert("x-id", "own".parse().unwrap());
            next.run(call).await
        }
    }

    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let back = Back::new();
    let chain = (Own, Deadline::new());
    let client = ClientLayer::new(chain, &methods).unwrap();
    let client = client.layer(EchoServer::new(back.clone()));
    let front = tower::service_fn(move |request: http::Request<_>| {
        let mut client = EchoClient::new(client.clone());
        drop::<http::Request<Body>>(request);
        async move {
            let status = client.unary_echo(crate::request("")).await.unwrap_err();
            Ok::<_, std::convert::Infallible>(status.into_http::<Body>())
        }
    });
    let server = Deadline::new().max(millis(5)).propagate(["x-id"]).unwrap();
    let front = ServerLayer::new(server, &methods).unwrap().layer(front);
    let mut message = Request::new(request(""));
    message.metadata_mut().insert("x-id", "7".parse().unwrap());
    let status = EchoClient::new(front)
        .unary_echo(message)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert_eq!(back.seen()[0].id, ["own"]);
}

#[tokio::test(start_paused = true)]
async fn a_handler_can_ask() {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let asks = tower::service_fn(|_: http::Request<Body>| async {
        let parent = ParentCall::current().unwrap();
        assert_eq!(parent.remaining(), Some(millis(50)));
        assert!(parent.deadline().is_some() && !parent.is_cancelled());
        assert_eq!(parent.metadata().get("x-id").unwrap(), "7");
        let inside = ParentCall::sync_scope(parent.clone(), ParentCall::current);
        assert_eq!(inside.unwrap().remaining(), Some(millis(50)));
        tokio::spawn(async move { parent.cancelled().await })
            .await
            .unwrap();
        Ok::<_, std::convert::Infallible>(Status::aborted("never").into_http::<Body>())
    });
    let server = Deadline::new().propagate(["x-id"]).unwrap();
    let service = ServerLayer::new(server, &methods).unwrap().layer(asks);
    let mut message = Request::new(request(""));
    message.set_timeout(millis(50));
    message.metadata_mut().insert("x-id", "7".parse().unwrap());
    let status = EchoClient::new(service)
        .unary_echo(message)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(ParentCall::current().is_none());
}
