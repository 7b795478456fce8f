//! Retries with exponential waiting: a server that refuses two attempts, and a client that knows nothing of it.
//!
//! Run it: `cargo run --example retry_on_error`
//!
//! There is no network in it: the client's chain sits right on top of the generated server.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{
    error::Error,
    sync::atomic::{AtomicU32, Ordering},
    time::Instant,
};

use grpc_interceptor::prelude::*;
use grpc_interceptor::retry_on_error::{RetryOnError, WaitExponential};
use testproto::helloworld::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tonic::{Request, Response};

/// Refuses its first two calls.
#[derive(Debug)]
struct Unsteady {
    started: Instant,
    attempts: AtomicU32,
}

#[tonic::async_trait]
impl Greeter for Unsteady {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let attempt = self.attempts.fetch_add(1, Ordering::Relaxed) + 1;
        println!("attempt {attempt} after {:.0?}", self.started.elapsed());
        if attempt < 3 {
            return Err(Status::unavailable("not yet"));
        }
        let message = format!("Hello {}!", request.into_inner().name);
        Ok(Response::new(HelloReply { message }))
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // Waits 0.1 · 2ⁿ seconds after attempt n, counted from 0, and one second at most; gives up after five attempts.
    let retry = RetryOnError::new(WaitExponential::new(0.1, 0.1, 1.0)?, 5)?;

    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let server = GreeterServer::new(Unsteady {
        started: Instant::now(),
        attempts: AtomicU32::new(0),
    });
    let mut client = GreeterClient::new(ClientLayer::new(retry, &methods)?.layer(server));

    let name = "patience".to_owned();
    let reply = client.say_hello(HelloRequest { name }).await?;
    println!("{}", reply.into_inner().message);
    Ok(())
}
