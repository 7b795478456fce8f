//! Throughput over TCP on this machine: a server and a client in one process, sixteen calls at a time on one connection.

use std::{net::Ipv4Addr, sync::Arc, time::Instant};

use grpc_interceptor::{InterceptedClient, Interceptor};
use grpc_interceptor_benches::{
    Echo,
    by_hand::ToTheEnd,
    drive::Callable,
    families::stack::{client, server},
    interceptors::{Pass, ten},
};
use http::{Request, Response};
use http_body::Body as HttpBody;
use testproto::echo::{EchoRequest, echo_client::EchoClient, echo_server::EchoServer};
use tokio::runtime::{self, Runtime};
use tonic::{
    Status,
    body::Body,
    codegen::{Bytes, StdError},
    service::{InterceptorLayer, Routes},
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use tower_layer::Layer as _;
use tower_service::Service;

use crate::{Both, Slice};

pub(crate) const AT_ONCE: u32 = 16;
/// Calls of a slice, and messages: some hundredths of a second.
pub(crate) const CALLS: u32 = 800;
const MESSAGES: u32 = 3_200;
/// Of a streamed message. h2 gives up a connection on which too many small frames wait to be read.
pub(crate) const PAYLOAD: usize = 512;

/// `ten!(layer, service)` is ten of it around a service.
macro_rules! ten {
    ($layer:expr, $service:expr) => {{
        let it = || $layer;
        let five = it().layer(it().layer(it().layer(it().layer(it().layer($service)))));
        it().layer(it().layer(it().layer(it().layer(it().layer(five)))))
    }};
}

pub(crate) fn unary() -> Both {
    let runtime = start();
    let of = calls(&runtime, ours(&runtime));
    (of, calls(&runtime, bare(&runtime)))
}

pub(crate) fn replies() -> Both {
    let runtime = start();
    let of = messages(&runtime, ours(&runtime));
    (of, messages(&runtime, bare(&runtime)))
}

pub(crate) fn nothing() -> Both {
    let runtime = start();
    let of = calls(&runtime, bare(&runtime));
    (of, calls(&runtime, bare(&runtime)))
}

pub(crate) fn tonic() -> Both {
    let runtime = start();
    let channel = connect(&runtime, ten!(InterceptorLayer::new(same), echo()));
    let of = calls(&runtime, ten!(InterceptorLayer::new(same), channel));
    (of, calls(&runtime, bare(&runtime)))
}

pub(crate) fn tower() -> Both {
    let runtime = start();
    let channel = connect(&runtime, ten!(ToTheEnd, echo()));
    let of = calls(&runtime, ten!(ToTheEnd, channel));
    (of, calls(&runtime, bare(&runtime)))
}

/// tonic alone.
pub(crate) fn bare(runtime: &Runtime) -> Channel {
    connect(runtime, echo())
}

/// Ten interceptors on each side.
fn ours(runtime: &Runtime) -> InterceptedClient<Channel, impl Interceptor + Copy> {
    let channel = connect(runtime, server(ten(Pass), echo()));
    client(ten(Pass), channel)
}

pub(crate) fn echo() -> Routes {
    Routes::new(EchoServer::new(Echo::OneByOne)).prepare()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "what tonic's `Interceptor` looks like"
)]
fn same(request: tonic::Request<()>) -> Result<tonic::Request<()>, Status> {
    Ok(request)
}

pub(crate) fn start() -> Arc<Runtime> {
    let runtime = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    Arc::new(runtime.expect("a runtime"))
}

/// Serves it on a port of its own, and connects to that.
pub(crate) fn connect<S, B>(runtime: &Runtime, service: S) -> Channel
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Into<StdError> + Send + 'static,
    B: HttpBody<Data = Bytes, Error: Into<StdError>> + Send + 'static,
{
    runtime.block_on(async {
        let incoming = TcpIncoming::bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
        let incoming = incoming.with_nodelay(Some(true));
        let uri = format!("http://{}", incoming.local_addr().expect("an address"));
        tokio::spawn(Server::builder().serve_with_incoming(service, incoming));
        let endpoint = Endpoint::from_shared(uri).expect("a URI");
        endpoint.connect().await.expect("a connection")
    })
}

/// Unary calls.
pub(crate) fn calls<S>(runtime: &Arc<Runtime>, service: S) -> Slice
where
    S: Callable<Future: Send> + Clone + Send + Sync + 'static,
{
    slice(runtime, CALLS, move |times| {
        let mut client = EchoClient::new(service.clone());
        async move {
            for _ in 0..times {
                client.unary_echo(request()).await.expect("a reply");
            }
        }
    })
}

/// Streamed replies.
fn messages<S>(runtime: &Arc<Runtime>, service: S) -> Slice
where
    S: Callable<Future: Send> + Clone + Send + Sync + 'static,
{
    slice(runtime, MESSAGES, move |times| {
        let mut client = EchoClient::new(service.clone());
        async move {
            let request = EchoRequest {
                count: times,
                payload: vec![7; PAYLOAD],
                ..request()
            };
            let replies = client.server_stream(request).await;
            let mut replies = replies.expect("headers").into_inner();
            while replies.message().await.expect("a reply").is_some() {}
        }
    })
}

/// Has the work done by so many tasks at once, each its part of a slice.
fn slice<F>(runtime: &Arc<Runtime>, times: u32, work: impl Fn(u32) -> F + 'static) -> Slice
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = runtime.clone();
    Box::new(move || {
        let started = Instant::now();
        runtime.block_on(async {
            let tasks: Vec<_> = (0..AT_ONCE)
                .map(|_| tokio::spawn(work(times / AT_ONCE)))
                .collect();
            for task in tasks {
                task.await.expect("a task that ends well");
            }
        });
        started.elapsed()
    })
}

pub(crate) fn request() -> EchoRequest {
    EchoRequest {
        text: "hello".to_owned(),
        ..EchoRequest::default()
    }
}
