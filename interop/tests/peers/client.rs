//! Clients of ours: the generated one with a chain around its channel, in async code and in code that blocks.

use std::{sync::mpsc, time::Duration};

use futures_util::{StreamExt as _, stream};
use grpc_interceptor::prelude::*;
use grpc_interceptor::{InterceptedClient, Interceptor};
use serde_json::Value;
use testproto::echo::{EchoReply, EchoRequest, echo_client::EchoClient};
use tonic::{
    Request, Response, Streaming,
    codec::CompressionEncoding,
    metadata::MetadataValue,
    transport::{Certificate as Trusted, Channel, ClientTlsConfig, Endpoint},
};

use crate::{
    case::{ASCII, Case, RAW},
    certificate::Certificate,
    outcome::Outcome,
    server::methods,
};

type Intercepted<C> = InterceptedClient<Channel, C>;
type Client<C> = EchoClient<Intercepted<C>>;

pub(crate) fn endpoint(port: u16, certificate: Option<&Certificate>) -> Endpoint {
    let Some(certificate) = certificate else {
        return Endpoint::from_shared(format!("http://127.0.0.1:{port}")).unwrap();
    };
    let trusted = ClientTlsConfig::new().ca_certificate(Trusted::from_pem(certificate.pem()));
    let endpoint = Endpoint::from_shared(format!("https://127.0.0.1:{port}")).unwrap();
    endpoint.tls_config(trusted).unwrap()
}

pub(crate) fn intercepted<C: Interceptor>(chain: C, channel: Channel) -> Client<C> {
    let layer = ClientLayer::new(chain, &methods()).unwrap();
    EchoClient::new(layer.layer(channel))
}

fn prepare<C: Interceptor>(client: Client<C>, case: &Case) -> Client<C> {
    let client = client.accept_compressed(CompressionEncoding::Gzip);
    if case.gzip {
        return client.send_compressed(CompressionEncoding::Gzip);
    }
    client
}

fn request<R>(case: &Case, content: R) -> Request<R> {
    let mut request = Request::new(content);
    let metadata = request.metadata_mut();
    metadata.insert("x-case", case.name.parse().unwrap());
    if case.has_metadata {
        metadata.insert("x-ascii", ASCII.parse().unwrap());
        metadata.insert_bin("x-raw-bin", MetadataValue::from_bytes(&RAW));
    }
    if let Some(millis) = case.millis {
        request.set_timeout(Duration::from_millis(millis));
    }
    request
}

fn first(case: &Case) -> Request<EchoRequest> {
    request(case, case.messages().swap_remove(0))
}

/// A call in async code.
pub(crate) async fn call<C: Interceptor>(client: Client<C>, case: &Case) -> Value {
    let mut outcome = Outcome::of(case);
    let end = attempt(client, case, &mut outcome).await;
    outcome.end(&end)
}

async fn attempt<C: Interceptor>(
    client: Client<C>,
    case: &Case,
    outcome: &mut Outcome,
) -> Result<(), Status> {
    let mut client = prepare(client, case);
    let many = request(case, stream::iter(case.messages()));
    match case.kind {
        CallKind::UnaryUnary => one(&client.unary_echo(first(case)).await?, outcome),
        CallKind::StreamUnary => one(&client.client_stream(many).await?, outcome),
        CallKind::UnaryStream => {
            read(client.server_stream(first(case)).await?, case, outcome).await?;
        }
        CallKind::StreamStream => read(client.bidi_stream(many).await?, case, outcome).await?,
    }
    Ok(())
}

/// tonic has the trailers of a unary response among its headers.
fn one(response: &Response<EchoReply>, outcome: &mut Outcome) {
    outcome.headers(response.metadata());
    outcome.trailers(response.metadata());
    outcome.reply(response.get_ref());
}

async fn read(
    response: Response<Streaming<EchoReply>>,
    case: &Case,
    outcome: &mut Outcome,
) -> Result<(), Status> {
    outcome.headers(response.metadata());
    let mut replies = response.into_inner();
    while let Some(reply) = replies.next().await {
        outcome.reply(&reply?);
        if case.cancel_after == Some(outcome.count() as u64) {
            return Err(Status::cancelled("dropped"));
        }
    }
    if let Some(trailers) = replies.trailers().await? {
        outcome.trailers(&trailers);
    }
    Ok(())
}

/// A call in code that blocks. It is on a thread without a runtime.
pub(crate) fn blocking_call<C: Interceptor>(
    client: blocking::Client<Client<C>>,
    case: &Case,
) -> Value {
    let mut outcome = Outcome::of(case);
    let end = blocking_attempt(client, case, &mut outcome);
    outcome.end(&end)
}

fn blocking_attempt<C: Interceptor>(
    mut client: blocking::Client<Client<C>>,
    case: &Case,
    outcome: &mut Outcome,
) -> Result<(), Status> {
    let inner = client.get_mut();
    *inner = prepare(inner.clone(), case);
    let many = request(case, case.messages());
    match case.kind {
        CallKind::UnaryUnary => {
            let response = client.unary(EchoClient::unary_echo, first(case))?;
            one(&response, outcome);
        }
        CallKind::StreamUnary => {
            let response = client.client_streaming(EchoClient::client_stream, many)?;
            one(&response, outcome);
        }
        CallKind::UnaryStream => {
            let response = client.server_streaming(EchoClient::server_stream, first(case))?;
            read_blocking(response, case, outcome)?;
        }
        CallKind::StreamStream => {
            let response = client.streaming(EchoClient::bidi_stream, many)?;
            read_blocking(response, case, outcome)?;
        }
    }
    Ok(())
}

fn read_blocking(
    response: Response<blocking::Messages<EchoReply>>,
    case: &Case,
    outcome: &mut Outcome,
) -> Result<(), Status> {
    outcome.headers(response.metadata());
    let mut replies = response.into_inner();
    for reply in &mut replies {
        outcome.reply(&reply?);
        if case.cancel_after == Some(outcome.count() as u64) {
            return Err(Status::cancelled("dropped"));
        }
    }
    if let Some(trailers) = replies.trailers()? {
        outcome.trailers(&trailers);
    }
    Ok(())
}

/// A channel for code that blocks; this waits for its connection.
pub(crate) fn blocking_channel(port: u16, certificate: Option<&Certificate>) -> blocking::Channel {
    blocking::Channel::connect(endpoint(port, certificate)).unwrap()
}

/// What a thread without a runtime gives.
pub(crate) async fn on_a_thread<R: Send + 'static>(run: impl FnOnce() -> R + Send + 'static) -> R {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(run()));
    tokio::task::spawn_blocking(move || told.recv().unwrap())
        .await
        .unwrap()
}
