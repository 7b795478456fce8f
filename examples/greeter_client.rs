//! A client for `greeter_server`: says hello, and echoes in all four call types, through an interceptor that logs.
//!
//! Run it: `cargo run --example greeter_client`, or with an address: `… -- http://127.0.0.1:50051`

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "shared/log.rs"]
mod log;

use std::{env, error::Error};

use grpc_interceptor::InterceptedClient;
use grpc_interceptor::prelude::*;
use testproto::{
    echo::{EchoReply, EchoRequest, echo_client::EchoClient},
    helloworld::{HelloRequest, greeter_client::GreeterClient},
};
use tokio_stream::iter;
use tonic::{
    Streaming,
    transport::{Channel, Endpoint},
};

use crate::log::Log;

/// What both generated clients are put on.
type Intercepted = InterceptedClient<Channel, Log>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::args()
        .nth(1)
        .unwrap_or_else(|| "http://[::1]:50051".to_owned());
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let layer = ClientLayer::new(Log, &methods)?;
    tokio::select! {
        ended = talk(address, layer) => ended,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn talk(address: String, layer: ClientLayer<Log>) -> Result<(), Box<dyn Error>> {
    let channel = layer.layer(Endpoint::new(address)?.connect().await?);
    greet(GreeterClient::new(channel.clone())).await?;
    echo(EchoClient::new(channel)).await?;
    Ok(())
}

async fn greet(mut client: GreeterClient<Intercepted>) -> Result<(), Status> {
    let name = "interceptor".to_owned();
    let reply = client.say_hello(HelloRequest { name }).await?;
    println!("  {}", reply.into_inner().message);
    Ok(())
}

async fn echo(mut client: EchoClient<Intercepted>) -> Result<(), Status> {
    let reply = client.unary_echo(request("one message each way")).await?;
    println!("  {}", reply.into_inner().text);

    let replies = client.server_stream(request("one in, three out")).await?;
    print_all(replies.into_inner()).await?;

    let requests = iter(["four", "in", "one", "out"].map(request));
    let reply = client.client_stream(requests).await?;
    println!("  {}", reply.into_inner().text);

    let requests = iter(["a", "stream", "each", "way"].map(request));
    let replies = client.bidi_stream(requests).await?;
    print_all(replies.into_inner()).await
}

async fn print_all(mut replies: Streaming<EchoReply>) -> Result<(), Status> {
    while let Some(reply) = replies.message().await? {
        println!("  {} {}", reply.index, reply.text);
    }
    Ok(())
}

fn request(text: &str) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        count: 3,
        ..EchoRequest::default()
    }
}
