//! A service config with tonic's own channel.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{sync::Arc, time::Duration};

use grpc_interceptor::compose::service_config::{Configured, ServiceConfig};
use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{
    Request, Response, async_trait,
    transport::{Channel, Server, server::TcpIncoming},
};
use testproto::helloworld::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tokio::sync::Semaphore;

struct Hello;

#[async_trait]
impl Greeter for Hello {
    async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
        Ok(Response::new(HelloReply::default()))
    }
}

/// Tells of each attempt that could not connect.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Told(Arc<Semaphore>);

impl Told {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let result = next.run(call).await;
        if result.is_err() {
            self.0.add_permits(1);
        }
        result
    }
}

/// Time goes on only when the test says so: it does not by itself while something blocks.
#[tokio::test(start_paused = true)]
async fn a_call_waits_until_there_is_a_server() {
    let (_blocks, until) = std::sync::mpsc::channel::<()>();
    tokio::task::spawn_blocking(move || until.recv());
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);

    let config = r#"{"methodConfig": [{"name": [{}], "waitForReady": true}]}"#;
    let configured = Configured::new(ServiceConfig::from_json(config).unwrap());
    let failed = Arc::new(Semaphore::new(0));
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let layer = ClientLayer::new((configured, Told(Arc::clone(&failed))), &methods).unwrap();
    let channel = Channel::from_shared(format!("http://{address}")).unwrap();
    let mut client = GreeterClient::new(layer.layer(channel.connect_lazy()));
    let call = tokio::spawn(async move { client.say_hello(HelloRequest::default()).await });

    failed.acquire().await.unwrap().forget();
    tokio::time::advance(Duration::from_millis(1_250)).await;
    failed.acquire().await.unwrap().forget();
    let incoming = TcpIncoming::bind(address).unwrap();
    let mut server = Server::builder();
    let router = server.add_service(GreeterServer::new(Hello));
    tokio::spawn(router.serve_with_incoming(incoming));
    tokio::time::advance(Duration::from_secs(2)).await;
    call.await.unwrap().unwrap();
    assert_eq!(failed.available_permits(), 0, "two attempts failed");
}
