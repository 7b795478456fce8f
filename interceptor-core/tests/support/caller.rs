//! Calls by the generated client, and what came of them.

use std::error::Error as _;

use bytes::Bytes;
use futures_util::{Stream, stream};
use http::{Extensions, uri::PathAndQuery};
use interceptor_core::{CallKind, Origin};
use testproto::echo::{EchoReply, EchoRequest, echo_client::EchoClient};
use tonic::{Code, Request, Response, Status, metadata::MetadataMap};
use tonic_prost::ProstCodec;

use super::{Svc, body::request};

/// What a caller has to say.
#[derive(Debug, Default, Clone)]
pub(crate) struct Ask {
    pub(crate) requests: Vec<EchoRequest>,
    pub(crate) metadata: MetadataMap,
    pub(crate) extensions: Extensions,
}

/// What a caller gets.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) headers: MetadataMap,
    pub(crate) messages: Vec<EchoReply>,
    pub(crate) trailers: MetadataMap,
    pub(crate) extensions: Extensions,
    pub(crate) status: Option<Status>,
}

/// Calls the method of that type, once, with these texts.
pub(crate) async fn call(service: &Svc, kind: CallKind, texts: &[&str]) -> Outcome {
    let mut client = EchoClient::new(service.clone());
    ask(&mut client, kind, Ask::of(texts)).await
}

/// Calls the method of that type, and reads the response to its end.
pub(crate) async fn ask(client: &mut EchoClient<Svc>, kind: CallKind, ask: Ask) -> Outcome {
    let result = match kind {
        CallKind::UnaryUnary => single(client.unary_echo(ask.single()).await),
        CallKind::StreamUnary => single(client.client_stream(ask.streaming()).await),
        CallKind::UnaryStream => read(client.server_stream(ask.single()).await).await,
        CallKind::StreamStream => read(client.bidi_stream(ask.streaming()).await).await,
    };
    result.unwrap_or_else(Outcome::failed)
}

/// Calls any path, as tonic's client does it: a stream each way.
pub(crate) async fn ask_path(service: &Svc, path: &'static str, ask: Ask) -> Outcome {
    let mut client = tonic::client::Grpc::new(service.clone());
    if let Err(error) = client.ready().await {
        return Outcome::failed(Status::from_error(error));
    }
    let codec = ProstCodec::<EchoRequest, EchoReply>::default();
    let path = PathAndQuery::from_static(path);
    let result = client.streaming(ask.streaming(), path, codec).await;
    read(result).await.unwrap_or_else(Outcome::failed)
}

fn single(result: Result<Response<EchoReply>, Status>) -> Result<Outcome, Status> {
    let (headers, message, extensions) = result?.into_parts();
    Ok(Outcome {
        headers,
        messages: vec![message],
        extensions,
        ..Outcome::default()
    })
}

async fn read(
    result: Result<Response<tonic::Streaming<EchoReply>>, Status>,
) -> Result<Outcome, Status> {
    let (headers, mut replies, extensions) = result?.into_parts();
    let mut outcome = Outcome {
        headers,
        extensions,
        ..Outcome::default()
    };
    loop {
        match replies.message().await {
            Ok(Some(message)) => outcome.messages.push(message),
            Ok(None) => break,
            Err(status) => {
                // Not polled any more: tonic gives some errors again and again.
                outcome.status = Some(status);
                return Ok(outcome);
            }
        }
    }
    outcome.trailers = replies.trailers().await?.unwrap_or_default();
    Ok(outcome)
}

// === impl Ask ===

impl Ask {
    pub(crate) fn of(texts: &[&str]) -> Self {
        Self {
            requests: texts.iter().map(|text| request(text)).collect(),
            ..Self::default()
        }
    }

    fn single(mut self) -> Request<EchoRequest> {
        let request = self.requests.swap_remove(0);
        Request::from_parts(self.metadata, self.extensions, request)
    }

    fn streaming(self) -> Request<impl Stream<Item = EchoRequest> + Send + 'static> {
        let requests = stream::iter(self.requests);
        Request::from_parts(self.metadata, self.extensions, requests)
    }
}

// === impl Outcome ===

impl Outcome {
    pub(crate) fn failed(status: Status) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    pub(crate) fn code(&self) -> Code {
        self.status.as_ref().map_or(Code::Ok, Status::code)
    }

    pub(crate) fn text(&self) -> &str {
        self.status.as_ref().map_or("", Status::message)
    }

    pub(crate) fn texts(&self) -> Vec<&str> {
        self.messages.iter().map(|reply| &*reply.text).collect()
    }

    /// All of it, to be compared.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = prefixed("header", &self.headers);
        lines.extend(self.messages.iter().map(|reply| format!("{reply:?}")));
        lines.extend(prefixed("trailer", &self.trailers));
        if let Some(status) = &self.status {
            let details = Bytes::copy_from_slice(status.details());
            lines.push(format!("{:?} {:?}", status.code(), status.message()));
            lines.push(format!("details {details:?}"));
            lines.extend(prefixed("status", status.metadata()));
            lines.extend(sources(status));
        }
        lines
    }
}

/// The sources of a status, without the mark that says where the status comes from.
fn sources(status: &Status) -> Vec<String> {
    let marks = match Origin::of(status) {
        Origin::Peer { .. } => 1,
        // It stands before the error that it marks, and reads as that.
        _ => 0,
    };
    let sources = std::iter::successors(status.source(), |&error| error.source()).skip(marks);
    let mut lines: Vec<_> = sources.map(|source| format!("source {source}")).collect();
    lines.dedup();
    lines
}

fn prefixed(prefix: &str, metadata: &MetadataMap) -> Vec<String> {
    let lines = super::tap::lines(metadata.as_ref());
    let lines = lines.into_iter().map(|line| format!("{prefix} {line}"));
    lines.collect()
}
