//! A deadline that holds from server to server: what is left of it goes on, and what was made for a call ends with it.
//!
//! Run it: `cargo run --example deadline`
//!
//! There is no network in it, and no waiting: both servers are in this program, and the clock is paused.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{error::Error, time::Duration};

use grpc_interceptor::deadline::{Deadline, ParentCall};
use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{Request, Response, async_trait};
use grpc_interceptor::{InterceptedClient, InterceptedServer};
use testproto::helloworld::greeter_client::GreeterClient;
use testproto::helloworld::greeter_server::{Greeter, GreeterServer};
use testproto::helloworld::{HelloReply, HelloRequest};
use tokio::time::{Instant, sleep};

type ToBack = InterceptedClient<InterceptedServer<GreeterServer<Back>, Deadline>, Deadline>;

/// Works for 20 ms, and then asks the other server.
struct Front(GreeterClient<ToBack>);

/// Works for 40 ms.
struct Back;

/// Says when the handler that holds it was dropped.
struct Dropped(&'static str);

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let server = ServerLayer::new(Deadline::new(), &methods)?;
    let client = ClientLayer::new(Deadline::new(), &methods)?;

    let back = server.layer(GreeterServer::new(Back));
    let front = Front(GreeterClient::new(client.layer(back)));
    let mut caller = GreeterClient::new(server.layer(GreeterServer::new(front)));

    for millis in [100, 50] {
        println!("\n{millis} ms in all");
        let started = Instant::now();
        let mut request = Request::new(HelloRequest::default());
        request.set_timeout(Duration::from_millis(millis));
        let code = match caller.say_hello(request).await {
            Ok(_) => Code::Ok,
            Err(status) => status.code(),
        };
        println!("  {code:?} after {} ms", started.elapsed().as_millis());
    }
    Ok(())
}

#[async_trait]
impl Greeter for Front {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let _dropped = Dropped("front");
        sleep(Duration::from_millis(20)).await;
        self.0.clone().say_hello(request.into_inner()).await
    }
}

#[async_trait]
impl Greeter for Back {
    async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        let _dropped = Dropped("back");
        let left = ParentCall::current().and_then(|call| call.remaining());
        println!(
            "  back has {} ms left",
            left.unwrap_or_default().as_millis()
        );
        sleep(Duration::from_millis(40)).await;
        println!("  back is done");
        Ok(Response::new(HelloReply::default()))
    }
}

impl Drop for Dropped {
    fn drop(&mut self) {
        println!("  {} is gone", self.0);
    }
}
