//! A handler that panics, at once or in the middle of a stream: the caller gets a status, the log gets the panic, and the
//! connection lives on.
//!
//! Run it: `cargo run --example recovery`

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "shared/fragile.rs"]
mod fragile;

use std::error::Error;

use fragile::Fragile;
use grpc_interceptor::prelude::*;
use grpc_interceptor::recovery::Recovery;
use grpc_interceptor::tonic::transport::{Channel, Server, server::TcpIncoming};
use testproto::echo::{EchoReply, EchoRequest, echo_client::EchoClient, echo_server::EchoServer};
use tokio_stream::{StreamExt, iter};
use tonic::Response;

fn say(text: &str) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        ..EchoRequest::default()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let recovery = Recovery::new().on_panic(|panic| {
        println!("log: {} panicked: {}", panic.method, panic.text);
    });

    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?;
    let address = incoming.local_addr()?;
    let server = Server::builder()
        .layer(ServerLayer::new(recovery, &methods)?)
        .add_service(EchoServer::new(Fragile));
    tokio::spawn(server.serve_with_incoming(incoming));

    let channel = Channel::from_shared(format!("http://{address}"))?
        .connect()
        .await?;
    let mut client = EchoClient::new(channel);
    show("unary_echo", client.unary_echo(say("")).await.map(text));
    let stream = client.server_stream(say("")).await?.into_inner();
    for item in stream.collect::<Vec<_>>().await {
        show("server_stream", item.map(|reply| reply.text));
    }
    let sent = iter(["tea", ""].map(say));
    show("client_stream", client.client_stream(sent).await.map(text));
    let sent = iter(["tea", ""].map(say));
    let stream = client.bidi_stream(sent).await?.into_inner();
    for item in stream.collect::<Vec<_>>().await {
        show("bidi_stream", item.map(|reply| reply.text));
    }
    show(
        "unary_echo",
        client.unary_echo(say("still here")).await.map(text),
    );
    Ok(())
}

fn text(response: Response<EchoReply>) -> String {
    response.into_inner().text
}

fn show(method: &str, result: Result<String, Status>) {
    match result {
        Ok(text) => println!("{method}: {text}"),
        Err(status) => println!("{method}: {:?}, {}", status.code(), status.message()),
    }
}
