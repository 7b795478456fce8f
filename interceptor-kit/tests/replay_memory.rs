//! What a call of ten thousand streamed requests takes in memory when `Retry` keeps them, counted beside a layer that keeps
//! nothing.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use allocation_counter::measure;
use futures_util::Stream;
use http::{Request, Response};
use http_body_util::BodyExt as _;
use interceptor_core::{
    ClientLayer, Methods,
    tonic::{Code, Status, body::Body},
};
use interceptor_kit::{
    policy::{Backoff, MAX_BUFFERED_BYTES, RetryPolicy},
    retry::Retry,
};
use testproto::echo::{EchoRequest, echo_client::EchoClient};
use tower::service_fn;

const MESSAGES: usize = 10_000;
/// Of a message, with its prefix.
const FRAMED: usize = 105;
/// As many as fit into this are kept.
const ENOUGH: usize = MESSAGES * FRAMED;

/// Messages of a hundred bytes, one after the other, so that each has a frame of its own.
struct OneByOne {
    left: usize,
    rested: bool,
}

impl Stream for OneByOne {
    type Item = EchoRequest;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<EchoRequest>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.rested = !self.rested;
        if !self.rested {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.left -= 1;
        let message = EchoRequest {
            text: "x".repeat(98), // and two for its tag and length
            ..EchoRequest::default()
        };
        Poll::Ready(Some(message))
    }
}

/// Reads the request, keeps nothing of it, and fails; how much it read is in the text.
async fn weigh(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let mut body = request.into_body();
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        bytes += frame.unwrap().data_ref().map_or(0, bytes::Bytes::len);
    }
    Ok(Status::unavailable(bytes.to_string()).into_http())
}

fn retry(max_buffered_bytes: usize) -> Retry {
    let millisecond = Duration::from_millis(1);
    let backoff = Backoff::new(millisecond, millisecond, 1.0).unwrap();
    let policy = RetryPolicy::new(3, backoff, [Code::Unavailable]).unwrap();
    let retry = Retry::new().policy("/echo.v1.Echo/*", policy).unwrap();
    retry.max_buffered_bytes(max_buffered_bytes)
}

/// The most bytes that a call has at one time.
fn most_bytes(retry: Option<&Retry>) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let layer = ClientLayer::new(retry.cloned(), &methods).unwrap();
    let call = || {
        let stream = OneByOne {
            left: MESSAGES,
            rested: false,
        };
        let mut client = EchoClient::new(layer.layer(service_fn(weigh)));
        let status = runtime.block_on(client.client_stream(stream));
        let status = status.unwrap_err();
        assert_eq!(status.message(), ENOUGH.to_string(), "{status:?}");
    };
    call(); // what is built once is built
    usize::try_from(measure(call).bytes_max).unwrap()
}

/// What is kept of a message takes some bytes beside it. Whether all of them fit, and how often they are sent, is the same.
#[test]
fn ten_thousand_messages_take_twice_the_limit_at_most() {
    let bare = most_bytes(None);
    for limit in [0, MAX_BUFFERED_BYTES, ENOUGH] {
        let retry = retry(limit);
        let most = most_bytes(Some(&retry)) - bare;
        println!("of a limit of {limit} bytes, {most} are taken; {bare} without");
        assert!(most <= 2 * limit + 4096, "{most} of {limit}");
        assert_eq!(retry.buffered_bytes(), 0);
    }
}
