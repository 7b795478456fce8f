//! One interceptor on both ends of a TCP connection, and retries on the client's: all four call types.
//!
//! Run it: `cargo run --example quickstart`
//!
//! The server refuses the first attempt of every call. Each line is one attempt as one side saw it, from its headers to
//! its end; the calls below `main` know nothing of it.

mod flaky;
mod timing;

use std::error::Error;

use grpc_interceptor::prelude::*;
use grpc_interceptor::retry_on_error::{RetryOnError, WaitExponential};
use testproto::echo::{EchoRequest, echo_client::EchoClient, echo_server::EchoServer};
use tokio::{net::TcpListener, sync::oneshot};
use tokio_stream::{StreamExt, iter};
use tonic::transport::{Channel, Endpoint, Server, server::TcpIncoming};

use crate::{flaky::Flaky, timing::Timing};

/// The chain of both ends. On the client each attempt of a retry passes what stands below it, so `timing` sees them all.
#[derive(Debug, Clone, InterceptorChain)]
struct Edge {
    #[chain(client)]
    retry: RetryOnError,
    timing: Timing,
}

type Client = EchoClient<grpc_interceptor::InterceptedClient<Channel, Edge>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let wait = WaitExponential::new(0.05, 0.05, 1.0)?;
    let edge = Edge {
        retry: RetryOnError::new(wait, 3)?,
        timing: Timing::start(),
    };
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let channel = Endpoint::new(format!("http://{}", listener.local_addr()?))?.connect_lazy();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = Server::builder()
        .layer(ServerLayer::new(edge.clone(), &methods)?)
        .add_service(EchoServer::new(Flaky::default()))
        .serve_with_incoming_shutdown(
            TcpIncoming::from(listener).with_nodelay(Some(true)),
            async {
                let _ = stopped.await;
            },
        );
    let server = tokio::spawn(server);

    let client = EchoClient::new(ClientLayer::new(edge, &methods)?.layer(channel));
    timing::print_header();
    call_all(client).await?;

    let _ = stop.send(());
    server.await??;
    Ok(())
}

/// The four call types, on the generated client.
async fn call_all(mut client: Client) -> Result<(), Status> {
    client.unary_echo(request("one message each way")).await?;

    let replies = client.server_stream(request("one in, three out")).await?;
    replies.into_inner().collect::<Vec<_>>().await;

    let requests = ["four", "in", "one", "out"].map(request);
    client.client_stream(iter(requests)).await?;

    let requests = ["a", "stream", "each", "way"].map(request);
    let replies = client.bidi_stream(iter(requests)).await?;
    replies.into_inner().collect::<Vec<_>>().await;
    Ok(())
}

fn request(text: &str) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        count: 3,
        ..EchoRequest::default()
    }
}
