//! A server to point any gRPC client at: helloworld.Greeter and an echo service with all four call types.
//!
//! Run it: `cargo run --example greeter_server`, or with an address: `… -- 127.0.0.1:0`
//!
//! It prints each call when it is over. Health and reflection are there, so a generic client finds out the rest by itself, for instance
//! `grpcurl -plaintext -d '{"name": "you"}' '[::1]:50051' helloworld.Greeter/SayHello`. Ctrl-C ends it when the calls under way
//! are over, or five seconds later.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "shared/echo.rs"]
mod echo;
#[path = "shared/log.rs"]
mod log;

use std::{env, error::Error, future::ready, time::Duration};

use grpc_interceptor::prelude::*;
use testproto::{
    FILE_DESCRIPTOR_SET,
    echo::echo_server::EchoServer,
    helloworld::{
        HelloReply, HelloRequest,
        greeter_server::{Greeter, GreeterServer},
    },
};
use tokio::{net::TcpListener, sync::watch};
use tonic::{
    Request, Response,
    transport::{Server, server::TcpIncoming},
};

use crate::{echo::EchoService, log::Log};

#[derive(Debug)]
struct Polite;

#[tonic::async_trait]
impl Greeter for Polite {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let message = format!("Hello {}!", request.into_inner().name);
        Ok(Response::new(HelloReply { message }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args()
        .nth(1)
        .unwrap_or_else(|| "[::1]:50051".to_owned());
    let listener = TcpListener::bind(address).await?;
    // Listened to from its first poll on, and so before anybody is told that the server is there.
    let mut ctrl_c = Box::pin(tokio::signal::ctrl_c());
    tokio::select! { biased; _ = &mut ctrl_c => return Ok(()), () = ready(()) => {} }
    println!("listening on {}", listener.local_addr()?);

    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        let _ = ctrl_c.await;
        stop.send_replace(true);
    });
    tokio::select! {
        ended = serve(listener, stopped.clone()) => ended?,
        () = grace(stopped) => println!("calls still under way are cut off"),
    }
    println!("bye");
    Ok(())
}

async fn serve(
    listener: TcpListener,
    mut stopped: watch::Receiver<bool>,
) -> Result<(), Box<dyn Error>> {
    let methods = Methods::from_file_descriptor_set(FILE_DESCRIPTOR_SET)?;
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<GreeterServer<Polite>>().await;
    health.set_serving::<EchoServer<EchoService>>().await;
    // Clients that are a few years old ask for v1alpha.
    let reflection = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
    };

    Server::builder()
        .layer(ServerLayer::new(Log, &methods)?)
        .add_service(GreeterServer::new(Polite))
        .add_service(EchoServer::new(EchoService))
        .add_service(health_service)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?)
        .serve_with_incoming_shutdown(
            TcpIncoming::from(listener).with_nodelay(Some(true)),
            async move {
                let _ = stopped.wait_for(|stopped| *stopped).await;
            },
        )
        .await?;
    Ok(())
}

/// Ends five seconds after Ctrl-C.
async fn grace(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
    tokio::time::sleep(Duration::from_secs(5)).await;
}
