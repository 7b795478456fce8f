//! Calls by tonic's client, which reads messages as bytes.

use std::error::Error as _;

use bytes::{Buf as _, BufMut as _, Bytes};
use futures_util::stream;
use http::{HeaderMap, uri::PathAndQuery};
use interceptor_core::{
    CallKind, Origin,
    tonic::{
        Code, Request, Response, Status, Streaming,
        client::Grpc,
        codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
        metadata::MetadataMap,
    },
};

use super::scene::{Scene, Svc};
use crate::WireMessage;

/// What a caller got.
#[derive(Debug, Default)]
pub(super) struct Came {
    headers: MetadataMap,
    messages: Vec<Bytes>,
    trailers: MetadataMap,
    pub(super) status: Option<Status>,
}

/// Messages as they are.
struct Raw;

/// Calls the method of the scene's type once, with these texts and these headers, and reads the response to its end.
pub(super) async fn call(scene: &Scene, service: &Svc, texts: &[&str], headers: HeaderMap) -> Came {
    scene.visit();
    let origin = http::Uri::from_static(scene.ground.origin());
    let mut client = Grpc::with_origin(service.clone(), origin);
    if let Err(error) = client.ready().await {
        return Came::failed(Status::from_error(error));
    }
    let path = PathAndQuery::from_static(scene.path());
    let texts = texts.iter().map(|text| text_message(text));
    let texts: Vec<Bytes> = texts.collect();
    let first = texts[0].clone();
    let one = request(scene, first, headers.clone());
    let all = request(scene, stream::iter(texts), headers);
    let result = match scene.case.kind() {
        CallKind::UnaryUnary => single(client.unary(one, path, Raw).await),
        CallKind::StreamUnary => single(client.client_streaming(all, path, Raw).await),
        CallKind::UnaryStream => read(client.server_streaming(one, path, Raw).await).await,
        CallKind::StreamStream => read(client.streaming(all, path, Raw).await).await,
    };
    result.unwrap_or_else(Came::failed)
}

fn text_message(text: &str) -> Bytes {
    WireMessage::encode(&text.to_owned()).bytes().clone()
}

fn request<T>(scene: &Scene, message: T, headers: HeaderMap) -> Request<T> {
    let mut request = http::Request::new(());
    *request.headers_mut() = headers;
    scene.promises.equip(&mut request);
    let (parts, ()) = request.into_parts();
    let metadata = MetadataMap::from_headers(parts.headers);
    Request::from_parts(metadata, parts.extensions, message)
}

fn single(result: Result<Response<Bytes>, Status>) -> Result<Came, Status> {
    let (headers, message, _) = result?.into_parts();
    Ok(Came {
        headers,
        messages: vec![message],
        ..Came::default()
    })
}

async fn read(result: Result<Response<Streaming<Bytes>>, Status>) -> Result<Came, Status> {
    let (headers, mut replies, _) = result?.into_parts();
    let mut came = Came {
        headers,
        ..Came::default()
    };
    loop {
        match replies.message().await {
            Ok(Some(message)) => came.messages.push(message),
            Ok(None) => break,
            Err(status) => {
                // Not polled any more: tonic gives some errors again and again.
                came.status = Some(status);
                return Ok(came);
            }
        }
    }
    came.trailers = replies.trailers().await?.unwrap_or_default();
    Ok(came)
}

// === impl Came ===

impl Came {
    fn failed(status: Status) -> Self {
        Self {
            status: Some(status),
            ..Self::default()
        }
    }

    pub(super) fn code(&self) -> Code {
        self.status.as_ref().map_or(Code::Ok, Status::code)
    }

    /// All of it, to be compared.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = prefixed("header", self.headers.as_ref());
        lines.extend(self.messages.iter().map(|reply| format!("{reply:?}")));
        lines.extend(prefixed("trailer", self.trailers.as_ref()));
        if let Some(status) = &self.status {
            let details = Bytes::copy_from_slice(status.details());
            lines.push(format!("{:?} {:?}", status.code(), status.message()));
            lines.push(format!("details {details:?}"));
            lines.extend(prefixed("status", status.metadata().as_ref()));
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

/// Headers, sorted, and without what is another each time.
pub(super) fn prefixed(prefix: &str, headers: &HeaderMap) -> Vec<String> {
    let headers = headers.iter().filter(|(name, _)| *name != "date");
    let mut lines: Vec<_> = headers
        .map(|(name, value)| format!("{prefix} {name}: {value:?}"))
        .collect();
    lines.sort();
    lines
}

impl Codec for Raw {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put(item);
        Ok(())
    }
}

impl Decoder for Raw {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
