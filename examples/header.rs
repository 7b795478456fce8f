//! Metadata that is set, removed and handed on: a client asks a front server, whose handler asks a back server.
//!
//! Run it: `cargo run --example header`
//!
//! There is no network in it: each client's chain sits right on top of the generated server.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::error::Error;

use grpc_interceptor::prelude::*;
use grpc_interceptor::{InterceptedClient, InterceptedServer, header::Header};
use testproto::helloworld::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tonic::{Request, Response};

type BackServer = InterceptedServer<GreeterServer<Back>, Header>;

/// Says what it was sent.
#[derive(Debug, Clone)]
struct Back;

#[tonic::async_trait]
impl Greeter for Back {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let said = |name| match request.metadata().get(name) {
            Some(value) => format!("{name}: {}", value.to_str().unwrap_or("?")),
            None => format!("no {name}"),
        };
        let message = ["x-tenant", "x-region", "x-internal"].map(said).join(", ");
        Ok(Response::new(HelloReply { message }))
    }
}

/// Asks the back server. There is nothing about metadata in it.
#[derive(Debug, Clone)]
struct Front {
    back: GreeterClient<InterceptedClient<BackServer, Header>>,
}

#[tonic::async_trait]
impl Greeter for Front {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        self.back.clone().say_hello(request.into_inner()).await
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;

    // What no client is to set is removed at the edge; the tenant goes on with the calls made for this one.
    let edge = Header::new()
        .remove("x-internal")?
        .propagate("x-tenant")?
        .echo("x-tenant")?;
    let onward = Header::new()
        .propagate("x-tenant")?
        .set("x-region", "eu-north")?;

    let back = ServerLayer::new(Header::new(), &methods)?.layer(GreeterServer::new(Back));
    let back = GreeterClient::new(ClientLayer::new(onward, &methods)?.layer(back));
    let front = ServerLayer::new(edge, &methods)?.layer(GreeterServer::new(Front { back }));

    let mut request = Request::new(HelloRequest::default());
    request.metadata_mut().insert("x-tenant", "blue".parse()?);
    request
        .metadata_mut()
        .insert("x-internal", "forged".parse()?);
    let reply = GreeterClient::new(front).say_hello(request).await?;
    println!("the reply is for: {:?}", reply.metadata().get("x-tenant"));
    println!("the back server got: {}", reply.into_inner().message);
    Ok(())
}
