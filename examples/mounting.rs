//! Where a chain can go: into a stack of tower layers, around one service, inside an axum router.
//!
//! Run it: `cargo run --example mounting`
//!
//! Each of the three servers is called once, and the interceptor prints what it sees.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "shared/echo.rs"]
mod echo;
#[path = "shared/log.rs"]
mod log;

use std::error::Error;

use axum::{Router, routing::get};
use grpc_interceptor::prelude::*;
use testproto::echo::{EchoRequest, echo_client::EchoClient, echo_server::EchoServer};
use tokio::net::TcpListener;
use tonic::transport::{Server, server::TcpIncoming};
use tower::ServiceBuilder;

use crate::{echo::EchoService, log::Log};

type Outcome = Result<(), Box<dyn Error>>;

/// Around everything that this server serves, with other layers above and below.
async fn stack(listener: TcpListener, methods: Methods) -> Outcome {
    let layers = ServiceBuilder::new()
        .concurrency_limit(64)
        .layer(ServerLayer::new(Log, &methods)?);
    Server::builder()
        .layer(layers)
        .add_service(EchoServer::new(EchoService))
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)))
        .await?;
    Ok(())
}

/// Around one service of two: calls of the health service are not intercepted.
async fn one_service(listener: TcpListener, methods: Methods) -> Outcome {
    let (_, health) = tonic_health::server::health_reporter();
    let echo = ServerLayer::new(Log, &methods)?.layer(EchoServer::new(EchoService));
    Server::builder()
        .add_service(echo)
        .add_service(health)
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)))
        .await?;
    Ok(())
}

/// Beside plain HTTP, on one port: what is not gRPC passes by untouched.
async fn router(listener: TcpListener, methods: Methods) -> Outcome {
    let router = Router::new()
        .route("/", get(|| async { "not gRPC" }))
        .route_service("/echo.v1.Echo/{method}", EchoServer::new(EchoService))
        .layer(ServerLayer::new(Log, &methods)?);
    axum::serve(listener, router).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome {
    show("in a stack of layers", stack).await?;
    show("around one service", one_service).await?;
    show("inside an axum router", router).await
}

/// Serves for as long as one call takes.
async fn show(place: &str, serve: impl AsyncFnOnce(TcpListener, Methods) -> Outcome) -> Outcome {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    println!("{place}:");
    tokio::select! {
        ended = serve(listener, methods) => ended,
        called = call(address) => called,
    }
}

async fn call(address: String) -> Outcome {
    let mut client = EchoClient::connect(address).await?;
    client.unary_echo(EchoRequest::default()).await?;
    Ok(())
}
