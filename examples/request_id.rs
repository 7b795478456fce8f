//! An id for each call: in the log, for the handler, and in the reply, whether that is one or a status.
//!
//! Run it: `cargo run --example request_id`
//!
//! There is no network in it: the client sits right on top of the server's chain.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::error::Error;

use grpc_interceptor::prelude::*;
use grpc_interceptor::request_id::{RequestId, RequestIds};
use testproto::helloworld::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tonic::{Request, Response, metadata::MetadataMap};

/// Knows one name.
#[derive(Debug)]
struct Hello;

#[tonic::async_trait]
impl Greeter for Hello {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let id = request.extensions().get::<RequestId>().cloned();
        let name = request.into_inner().name;
        tracing::info!(name, "asked"); // in the span of the call, which has the id
        if name != "Ada" {
            return Err(Status::not_found("who?"));
        }
        let id = id.map(|id| id.to_string()).unwrap_or_default();
        let message = format!("Hello {name}, this is call {id}");
        Ok(Response::new(HelloReply { message }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .init();
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let server = ServerLayer::new(RequestIds::new(), &methods)?.layer(GreeterServer::new(Hello));
    let mut client = GreeterClient::new(server);

    let reply = client.say_hello(name("Ada")).await?;
    println!("new: {}", id(reply.metadata()));

    let mut request = Request::new(name("Ada"));
    request
        .metadata_mut()
        .insert("x-request-id", "from-the-caller".parse()?);
    let reply = client.say_hello(request).await?;
    println!("kept: {}", reply.into_inner().message);

    if let Err(status) = client.say_hello(name("Bob")).await {
        println!("refused: {}", id(status.metadata()));
    }
    Ok(())
}

fn name(name: &str) -> HelloRequest {
    HelloRequest {
        name: name.to_owned(),
    }
}

fn id(metadata: &MetadataMap) -> &str {
    let id = metadata.get("x-request-id");
    id.and_then(|id| id.to_str().ok()).unwrap_or("none")
}
