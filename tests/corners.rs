//! Corners where one interceptor meets another, or a peer that does not do what peers do.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::StreamExt as _;
use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Status, body::Body};
use grpc_interceptor::{Identity, Origin};
use interceptor_test::{Harness, Peer, Script};
use testproto::echo::{EchoRequest, echo_client::EchoClient};
use tower::{ServiceExt as _, service_fn};

/// Refuses every request message.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Refuse;

impl Refuse {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let refuse = |_| Err(Status::permission_denied("no message is good enough"));
        call.payload_mut().try_map(refuse)?;
        next.run(call).await
    }
}

/// Puts a message of its own in the place of a unary request's.
#[grpc_interceptor(kinds(unary_unary, unary_stream), otherwise = pass)]
#[derive(Debug, Clone)]
struct Replace;

impl Replace {
    async fn intercept_call<T: CallType<Request = grpc_interceptor::Single>>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        call.set_message(Message::from_bytes("another".into()));
        next.run(call).await
    }
}

/// Hands on the messages of streamed responses, and no error among them.
#[grpc_interceptor(kinds(unary_stream, stream_stream), otherwise = pass)]
#[derive(Debug, Clone)]
struct Swallow;

impl Swallow {
    async fn intercept_call<T: CallType<Response = grpc_interceptor::Streaming>>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut reply = next.run(call).await?;
        reply.map_messages(|messages| messages.filter_map(async |message| message.ok().map(Ok)));
        Ok(reply)
    }
}

/// Writes down where the final status came from.
#[grpc_interceptor]
#[derive(Debug, Clone, Default)]
struct Origins(Arc<Mutex<Vec<Option<Origin>>>>);

impl Origins {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let origins = self.0.clone();
        let tell = move |origin| origins.lock().unwrap().push(origin);
        next.run(call)
            .on_end(move |end| tell(end.status().map(Origin::of)))
            .await
    }
}

/// Writes down how long there is.
#[grpc_interceptor]
#[derive(Debug, Clone, Default)]
struct TimeLeft(Arc<Mutex<Option<Duration>>>);

impl TimeLeft {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let now = tokio::time::Instant::now().into_std();
        *self.0.lock().unwrap() = call.deadline().map(|deadline| deadline - now);
        next.run(call).await
    }
}

#[tokio::test(start_paused = true)]
async fn what_an_outer_one_refuses_an_inner_one_cannot_replace() {
    Harness::for_every_call_type(
        || (Refuse, Replace),
        async |harness| {
            let outcome = harness.peer(Peer::echo()).call().await;
            assert_eq!(outcome.code(), Code::PermissionDenied, "{outcome}");
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_new_message_takes_the_place_of_the_old_one() {
    Harness::for_every_call_type(
        || Replace,
        async |harness| {
            let outcome = harness.peer(Peer::echo()).call().await;
            if !outcome.case().kind().client_streaming() {
                let arrived = outcome.attempts()[0].messages();
                assert_eq!(arrived.len(), 1, "{outcome}");
                assert_eq!(arrived[0], "another", "{outcome}");
            }
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_stream_whose_error_was_swallowed_does_not_end_well() {
    for peer in [Peer::drop_after(1), Peer::no_trailers()] {
        Harness::for_every_call_type(
            || Swallow,
            async |harness| {
                let outcome = harness.peer(peer.clone()).call().await;
                assert_ne!(outcome.code(), Code::Ok, "{outcome}");
            },
        )
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_inside_a_stream_came_after_headers() {
    for peer in [Peer::fail_after(1, Code::DataLoss), Peer::drop_after(1)] {
        Harness::for_every_call_type_on(Side::Client, Origins::default, async |harness| {
            let harness = harness.peer(peer.clone());
            let outcome = harness.call().await;
            let origins = harness.interceptor().0.lock().unwrap().clone();
            let [Some(origin)] = origins[..] else {
                panic!("{origins:?}: {outcome}");
            };
            assert!(origin.headers_received(), "{origin:?}: {outcome}");
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_http_error_whose_page_does_not_end_ends_the_call() {
    Harness::for_every_call_type_on(
        Side::Client,
        || Identity,
        async |harness| {
            let script = Script::new().read_all().data("<html>").hang();
            let outcome = harness
                .peer(Peer::script(script).http_status(503))
                .call()
                .await;
            assert_eq!(outcome.code(), Code::Unavailable, "{outcome}");
            assert_eq!(outcome.elapsed(), Duration::ZERO, "{outcome}");
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_client_with_an_origin_that_has_a_path_is_intercepted() {
    let below = service_fn(|_: http::Request<Body>| async {
        Ok::<_, Status>(Status::not_found("this was reached").into_http::<Body>())
    });
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let origins = Origins::default();
    let client = ClientLayer::new(origins.clone(), &methods)
        .unwrap()
        .layer(below);
    let mut client = EchoClient::with_origin(client, "http://host/api".parse().unwrap());
    let status = client.unary_echo(EchoRequest::default()).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(origins.0.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn of_two_timeouts_the_first_counts_as_for_tonic() {
    let below = service_fn(|_: http::Request<Body>| async {
        Ok::<_, Status>(Status::not_found("this was reached").into_http::<Body>())
    });
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let left = TimeLeft::default();
    let server = ServerLayer::new(left.clone(), &methods)
        .unwrap()
        .layer(below);
    let request = http::Request::post("/echo.v1.Echo/UnaryEcho")
        .header("grpc-timeout", "5S")
        .header("grpc-timeout", "9H")
        .body(Body::empty())
        .unwrap();
    server.oneshot(request).await.unwrap();
    assert_eq!(*left.0.lock().unwrap(), Some(Duration::from_secs(5)));
}
