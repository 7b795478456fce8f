//! Streamed requests that `retry` keeps, over TCP on this machine: beside tonic alone, and beside a caller who sends them
//! again by hand.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use grpc_interceptor::{
    policy::{Backoff, MAX_BUFFERED_BYTES, RetryPolicy},
    prelude::*,
    retry::Retry,
};
use grpc_interceptor_benches::{
    drive::{Callable, one_by_one},
    families::stack::{client, server},
};
use testproto::echo::{EchoRequest, echo_client::EchoClient};
use tokio::runtime::Runtime;
use tonic::{Code, Request, transport::Channel};

use crate::{
    Both, Slice,
    loopback::{PAYLOAD, bare, connect, echo, request, start},
};

/// Of one call, each in a frame of its own.
const MESSAGES: u32 = 10_000;
/// More than all of them take.
const ALL_OF_THEM: usize = 8 << 20;

const ATTEMPTS: &str = "grpc-previous-rpc-attempts";
const PUSHBACK: &str = "grpc-retry-pushback-ms";

fn retry(max_buffered_bytes: usize) -> Retry {
    let millisecond = Duration::from_millis(1);
    let backoff = Backoff::new(millisecond, millisecond, 1.0);
    let policy = backoff.and_then(|backoff| RetryPolicy::new(2, backoff, [Code::Unavailable]));
    let policy = policy.expect("a policy within its bounds");
    let retry = Retry::new().policy("/echo.v1.Echo/*", policy);
    let retry = retry.expect("a pattern");
    retry.max_buffered_bytes(max_buffered_bytes)
}

/// Fails the first attempt of each call, behind its last message.
#[grpc_interceptor]
#[derive(Debug, Clone, Copy)]
struct FailsOnce;

impl FailsOnce {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let is_first = call.metadata().get(ATTEMPTS).is_none();
        let reply = next.run(call).await?;
        if is_first {
            let mut failed = Status::unavailable("once more");
            failed.metadata_mut().insert(PUSHBACK, 0.into()); // at once
            return Err(failed);
        }
        Ok(reply)
    }
}

/// All of them are kept.
pub(crate) fn kept() -> Both {
    let runtime = start();
    let of = once(&runtime, client(retry(ALL_OF_THEM), bare(&runtime)));
    (of, once(&runtime, bare(&runtime)))
}

/// As many as fit into the default limit; the others pass.
pub(crate) fn past_the_limit() -> Both {
    let runtime = start();
    let of = once(&runtime, client(retry(MAX_BUFFERED_BYTES), bare(&runtime)));
    (of, once(&runtime, bare(&runtime)))
}

/// All of them are sent again.
pub(crate) fn again() -> Both {
    let runtime = start();
    let channel = || connect(&runtime, server(FailsOnce, echo()));
    let of = once(&runtime, client(retry(ALL_OF_THEM), channel()));
    (of, twice(&runtime, channel()))
}

/// One call that goes well.
fn once<S>(runtime: &Arc<Runtime>, service: S) -> Slice
where
    S: Callable<Future: Send> + Clone + Send + Sync + 'static,
{
    slice(runtime, move || {
        let mut client = EchoClient::new(service.clone());
        async move {
            client.client_stream(requests()).await.expect("a reply");
        }
    })
}

/// What a caller does whose call fails.
fn twice(runtime: &Arc<Runtime>, channel: Channel) -> Slice {
    slice(runtime, move || {
        let mut client = EchoClient::new(channel.clone());
        async move {
            let failed = client.client_stream(requests()).await.map(drop);
            let failed = failed.expect_err("the first fails");
            assert_eq!(failed.code(), Code::Unavailable);
            let mut second = Request::new(requests());
            second.metadata_mut().insert(ATTEMPTS, 1.into());
            client.client_stream(second).await.expect("a reply");
        }
    })
}

fn slice<F>(runtime: &Arc<Runtime>, work: impl Fn() -> F + 'static) -> Slice
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = runtime.clone();
    Box::new(move || {
        let started = Instant::now();
        let work = runtime.spawn(work());
        runtime.block_on(work).expect("a task that ends well");
        started.elapsed()
    })
}

fn requests() -> impl futures_util::Stream<Item = EchoRequest> + Send + 'static {
    one_by_one(MESSAGES, || EchoRequest {
        payload: vec![7; PAYLOAD],
        ..request()
    })
}
