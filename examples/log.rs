//! A log of calls: which ones, what of them, and what never.
//!
//! Run it: `cargo run --example log`
//!
//! There is no network in it: the client sits right on top of the server's chain.

use std::error::Error;

use grpc_interceptor::log::{Log, Payloads, When};
use grpc_interceptor::prelude::*;
use testproto::helloworld::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tonic::{Request, Response};

/// Knows one name.
#[derive(Debug)]
struct Hello;

#[tonic::async_trait]
impl Greeter for Hello {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let name = request.into_inner().name;
        if name != "Ada" {
            return Err(Status::permission_denied("who?"));
        }
        let message = format!("Hello {name}");
        Ok(Response::new(HelloReply { message }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .without_time()
        .init();
    let all = Log::builder()
        .metadata("x-tenant")
        .payloads(Payloads::new().redact("name"))
        .build()?;
    calls(all).await?;
    let failures = Log::builder().method("/helloworld.Greeter/SayHello", When::Fails);
    calls(failures.build()?).await
}

/// One call that goes well, and one that does not.
async fn calls(log: Log) -> Result<(), Box<dyn Error>> {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let server = ServerLayer::new(log, &methods)?.layer(GreeterServer::new(Hello));
    let mut client = GreeterClient::new(server);
    for name in ["Ada", "Bob"] {
        let mut request = Request::new(HelloRequest { name: name.into() });
        let metadata = request.metadata_mut();
        metadata.insert("x-tenant", "blue".parse()?);
        metadata.insert("authorization", "Bearer secret".parse()?);
        let _ = client.say_hello(request).await; // the log has what became of it
    }
    Ok(())
}
