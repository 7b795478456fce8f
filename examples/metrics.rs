//! Metrics of both sides, at an address where Prometheus reads them: a server that is called without end, and not always well.
//!
//! Run it: `cargo run --example metrics`, then open the address that it prints.
//!
//! Arguments, all optional: the address for metrics, the dialect (`go`, `python` …), and after how many rounds of calls it
//! stops calling and only serves.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "shared/echo.rs"]
mod echo;

use std::{
    env,
    error::Error,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use grpc_interceptor::InterceptedClient;
use grpc_interceptor::metrics::{Dialect, Metrics};
use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::{
    Request,
    transport::{Channel, Server, server::TcpIncoming},
};
use interceptor_prometheus::Endpoint;
use testproto::echo::{EchoRequest, echo_client::EchoClient, echo_server::EchoServer};

/// Takes its time, and refuses who asks to be refused.
#[grpc_interceptor]
#[derive(Debug, Default)]
struct Unsteady(AtomicUsize);

impl Unsteady {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let millis = [2, 3, 4, 6, 8, 15, 30, 60][self.0.fetch_add(1, Relaxed) % 8];
        tokio::time::sleep(Duration::from_millis(millis)).await;
        match call.metadata().get("ask-for") {
            Some(code) if code == "not-found" => Err(Status::not_found("as you like")),
            Some(_) => Err(Status::unavailable("as you like")),
            None => next.run(call).await,
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args().skip(1);
    let address = args.next().unwrap_or_else(|| "127.0.0.1:9464".to_owned());
    let dialect = args
        .next()
        .map(|name| Dialect::from_name(&name).ok_or("no such dialect"));
    let rounds = args.next().map_or(Ok(u64::MAX), |rounds| rounds.parse())?;

    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let dialect = dialect.transpose()?.unwrap_or_default();
    let metrics = Metrics::builder()
        .dialect(dialect)
        .message_seconds(true)
        .initialize(true)
        .build()?;
    let endpoint = Endpoint::bind(address, metrics.registry()).await?;

    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?;
    let server = format!("http://{}", incoming.local_addr()?);
    let chain = (metrics.clone(), Unsteady::default());
    let serving = Server::builder()
        .layer(ServerLayer::new(chain, &methods)?)
        .add_service(EchoServer::new(echo::EchoService))
        .serve_with_incoming(incoming);
    tokio::spawn(serving);

    let channel = Channel::from_shared(server)?.connect().await?;
    let client = EchoClient::new(ClientLayer::new(metrics, &methods)?.layer(channel));
    println!("metrics are at {}", endpoint.url());
    tokio::spawn(async move {
        for _ in 0..rounds {
            round(&client).await;
        }
        println!("{rounds} rounds are done");
    });
    tokio::signal::ctrl_c().await?;
    Ok(())
}

type Client = EchoClient<InterceptedClient<Channel, Metrics>>;

/// Nine calls at the same time: five unary ones, of which two are refused, and one of each other type; one stream more is
/// left half-way.
async fn round(client: &Client) {
    tokio::join!(
        unary(client, None),
        unary(client, None),
        unary(client, None),
        unary(client, Some("not-found")),
        unary(client, Some("unavailable")),
        async {
            let mut request = text();
            request.count = 5;
            if let Ok(replies) = client.clone().server_stream(request).await {
                let mut replies = replies.into_inner();
                while let Ok(Some(_)) = replies.message().await {}
            }
        },
        async {
            let requests = tokio_stream::iter(vec![text(); 4]);
            let _ = client.clone().client_stream(requests).await;
        },
        bidi(client, usize::MAX),
        bidi(client, 1),
    );
}

async fn unary(client: &Client, ask_for: Option<&'static str>) {
    let mut request = Request::new(text());
    if let Some(code) = ask_for {
        request
            .metadata_mut()
            .insert("ask-for", code.parse().expect("it is a word"));
    }
    let _ = client.clone().unary_echo(request).await;
}

/// Reads so many replies of three, and lets go.
async fn bidi(client: &Client, reads: usize) {
    let requests = tokio_stream::iter(vec![text(); 3]);
    if let Ok(replies) = client.clone().bidi_stream(requests).await {
        let mut replies = replies.into_inner();
        for _ in 0..reads {
            let Ok(Some(_)) = replies.message().await else {
                return;
            };
        }
    }
}

fn text() -> EchoRequest {
    EchoRequest {
        text: "hello".to_owned(),
        ..EchoRequest::default()
    }
}
