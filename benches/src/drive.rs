//! Calls and messages in a number, through any service that a generated client takes: no socket, no second thread.

use std::{error::Error, hint::black_box};

use futures_util::Stream;
use http_body::Body as HttpBody;
use testproto::echo::{EchoRequest, echo_client::EchoClient};
use tokio::runtime;
use tonic::{body::Body, client::GrpcService, codegen::Bytes};

use crate::echo::OneByOne;

type BoxError = Box<dyn Error + Send + Sync>;

/// What the generated client takes.
pub trait Callable: GrpcService<Body, Error: Into<BoxError>, ResponseBody: Readable> {}

impl<S: GrpcService<Body, Error: Into<BoxError>, ResponseBody: Readable>> Callable for S {}

/// A body that the generated client reads.
pub trait Readable: HttpBody<Data = Bytes, Error: Into<BoxError> + Send> + Send + 'static {}

impl<B: HttpBody<Data = Bytes, Error: Into<BoxError> + Send> + Send + 'static> Readable for B {}

/// Calls of one message each way.
///
/// # Panics
///
/// If a call fails.
pub fn unary<S: Callable>(service: S, calls: u32) {
    unary_of(service, calls, request);
}

/// The same with messages of 100 bytes.
///
/// # Panics
///
/// If a call fails.
pub fn unary_of_100_bytes<S: Callable>(service: S, calls: u32) {
    unary_of(service, calls, || EchoRequest {
        text: "x".repeat(98), // and two for its tag and length
        ..EchoRequest::default()
    });
}

fn unary_of<S: Callable>(service: S, calls: u32, request: impl Fn() -> EchoRequest) {
    let mut client = EchoClient::new(service);
    block_on(async {
        for _ in 0..calls {
            black_box(client.unary_echo(request()).await.expect("a reply"));
        }
    });
}

/// Replies of one call, in frames as the service makes them.
///
/// # Panics
///
/// If the call fails, or not all replies come.
pub fn replies<S: Callable>(service: S, messages: u32) {
    let mut client = EchoClient::new(service);
    let request = EchoRequest {
        count: messages,
        ..request()
    };
    block_on(async {
        let replies = client.server_stream(request).await.expect("headers");
        let mut replies = replies.into_inner();
        let mut seen = 0;
        while let Some(reply) = replies.message().await.expect("a reply") {
            black_box(reply);
            seen += 1;
        }
        assert_eq!(seen, messages);
    });
}

/// Requests of one call, each in a frame of its own.
///
/// # Panics
///
/// If the call fails.
pub fn requests<S: Callable>(service: S, messages: u32) {
    let mut client = EchoClient::new(service);
    block_on(async {
        let requests = one_by_one(messages, request);
        black_box(client.client_stream(requests).await.expect("a reply"));
    });
}

/// Messages that are ready one after the other, so that each has a frame of its own.
pub fn one_by_one<F>(messages: u32, make: F) -> impl Stream<Item = EchoRequest> + Send + 'static
where
    F: FnMut() -> EchoRequest + Send + Unpin + 'static,
{
    OneByOne::new(messages, make)
}

fn request() -> EchoRequest {
    EchoRequest {
        text: "hello".to_owned(),
        ..EchoRequest::default()
    }
}

fn block_on(work: impl Future<Output = ()>) {
    let runtime = runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(work);
}
