//! What the laws send and answer, and what they read.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use http_body::{Body as _, Frame};
use interceptor_core::tonic::{Code, Status, body::Body};

use crate::{Failure, ScriptedBody, WireMessage, message::FrameReader, status::write};

/// A log that many write into.
#[derive(Debug, Default)]
pub struct Log<T>(Arc<Mutex<Vec<T>>>);

/// What came out of a body.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Read {
    pub(super) chunks: Vec<Bytes>,
    pub(super) trailers: Option<HeaderMap>,
    /// What it broke with, if it did not end.
    pub(super) broken: Option<String>,
}

/// A body of one message.
pub(super) fn say(text: &str) -> ScriptedBody {
    ScriptedBody::new().text(text)
}

// === impl ScriptedBody ===

impl ScriptedBody {
    /// A message that is a `google.protobuf.StringValue`.
    pub(super) fn text(self, text: &str) -> Self {
        self.data(frame(text))
    }

    /// Trailers that say OK.
    pub(super) fn ok(self) -> Self {
        self.ends(Code::Ok, "")
    }

    /// Trailers that say this.
    pub(super) fn ends(self, code: Code, message: &str) -> Self {
        self.trailers(status(code, message))
    }

    /// Breaks with this status.
    pub(super) fn breaks(self, status: Status) -> Self {
        self.fail(Failure::Status(status))
    }

    /// Pending that often.
    pub(super) fn slow(self, polls: usize) -> Self {
        (0..polls).fold(self, |body, _| body.pending())
    }
}

/// 200, `application/grpc`, and this body.
pub(super) fn answer(body: ScriptedBody) -> Response<Body> {
    respond(Body::new(body))
}

/// 200, `application/grpc`, and this body.
pub(super) fn respond(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    let content_type = HeaderValue::from_static("application/grpc");
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, content_type);
    response
}

/// An answer without a body, with a status in its headers.
pub(super) fn refuse(code: Code, message: &str) -> Response<Body> {
    let mut response = respond(Body::empty());
    response.headers_mut().extend(status(code, message));
    response
}

/// Headers or trailers with a status.
pub(super) fn status(code: Code, message: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    write(&Status::new(code, message), &mut headers);
    headers
}

/// Headers or trailers.
pub(super) fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let line = |&(name, value): &(&'static str, &str)| {
        let value = HeaderValue::from_str(value).expect("a value of a header");
        (HeaderName::from_static(name), value)
    };
    lines.iter().map(line).collect()
}

/// One message on the wire.
pub(super) fn frame(text: &str) -> Bytes {
    WireMessage::encode(&text.to_owned()).to_frame()
}

/// The next frame of a body.
pub(super) async fn next(body: &mut Body) -> Option<Result<Frame<Bytes>, Status>> {
    std::future::poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)).await
}

/// Holds the lock, whoever panicked.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// === impl Log ===

impl<T> Log<T> {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::default())
    }

    /// Writes something down.
    pub fn push(&self, entry: T) {
        lock(&self.0).push(entry);
    }

    /// What was written so far, which is then gone.
    #[must_use]
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut lock(&self.0))
    }

    /// How much was written.
    #[must_use]
    pub fn count(&self) -> usize {
        lock(&self.0).len()
    }
}

impl<T> Clone for Log<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

// === impl Read ===

impl Read {
    /// Reads a body to its end, or until it breaks.
    pub(super) async fn to_end(mut body: Body) -> Self {
        let mut read = Self::default();
        while let Some(frame) = next(&mut body).await {
            match frame.map(Frame::into_data) {
                Ok(Ok(data)) => read.chunks.push(data),
                Ok(Err(frame)) => read.trailers = frame.into_trailers().ok(),
                Err(status) => {
                    // Not polled any more: some bodies give an error again and again.
                    read.broken = Some(status.to_string());
                    break;
                }
            }
        }
        read
    }

    /// The texts of its messages, none of which is compressed.
    pub(super) fn texts(&self) -> Vec<String> {
        let mut reader = FrameReader::default();
        reader.push(&self.chunks.concat());
        let messages = std::iter::from_fn(|| reader.next());
        let text = |message: WireMessage| {
            let text = message.decode::<String>();
            text.unwrap_or_else(|_| message.to_string())
        };
        messages.map(text).collect()
    }
}
