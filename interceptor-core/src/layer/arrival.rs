//! A response on its way from the service below into a chain.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Response, StatusCode, response};
use http_body::Body as _;
use sync_wrapper::SyncWrapper;
use tonic::{Code, Status, body::Body, metadata::MetadataMap};

use super::rejected::{self, Rejected};
use crate::{
    CallType, Cardinality, Payload, Reply, Side,
    exchange::{Exchange, ResponseHalf},
    message::Count,
    payload::{Chunks, Content, Source, missing_message},
    status::{self, wire},
};

/// A response that arrives: read to its end if it is unary, and else handed on at its headers.
///
/// Frames are kept as they came, and go out as they came. What is kept is bounded: a larger response is handed on while
/// it still streams.
pub(crate) struct Arrival {
    parts: response::Parts,
    /// The status in the headers, if it is there.
    code: Option<Code>,
    body: SyncWrapper<Body>,
    read: Read,
    chunks: Chunks,
    size: usize,
    max_size: usize,
    trailers: Option<HeaderMap>,
}

/// How far the body was read.
enum Read {
    /// Not to be read here.
    No,
    Reading,
    /// To its end.
    Whole,
    /// Up to the bound.
    Oversized,
    Broken(Status),
}

/// What came of a response that is not a reply.
pub(crate) struct Refusal {
    pub(crate) status: Status,
    /// The response as it came.
    pub(crate) response: Option<Box<Rejected>>,
}

// === impl Arrival ===

impl Arrival {
    #[inline]
    pub(crate) fn new<T: CallType>(response: Response<Body>, max_size: usize) -> Self {
        let (parts, body) = response.into_parts();
        let code = wire::code_of(&parts.headers);
        let is_grpc = parts.status == StatusCode::OK || code.is_some();
        let is_answer = code.is_some_and(|code| code != Code::Ok);
        let read = if is_answer || (is_grpc && <T::Response as Cardinality>::STREAMING) {
            Read::No
        } else {
            Read::Reading
        };
        Self {
            parts,
            code,
            body: SyncWrapper::new(body),
            read,
            chunks: Chunks::default(),
            size: 0,
            max_size,
            trailers: None,
        }
    }

    /// Reads what is to be read.
    #[inline]
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let Read::Reading = self.read {
            let frame = ready!(Pin::new(self.body.get_mut()).poll_frame(cx));
            self.read = match frame {
                Some(Ok(frame)) => self.keep(frame),
                Some(Err(status)) => Read::Broken(status),
                None => Read::Whole,
            };
        }
        Poll::Ready(())
    }

    #[inline]
    fn keep(&mut self, frame: http_body::Frame<bytes::Bytes>) -> Read {
        match frame.into_data() {
            Ok(data) => {
                self.size += data.len();
                self.chunks.push(data);
                if self.size > self.max_size {
                    return Read::Oversized;
                }
                Read::Reading
            }
            Err(frame) => {
                self.trailers = frame.into_trailers().ok();
                Read::Whole
            }
        }
    }

    /// What the chain gets: a reply, or the status that the call ended with.
    #[inline]
    pub(crate) fn finish<T: CallType>(
        mut self,
        exchange: Box<Exchange<T>>,
    ) -> Result<Reply<T>, Refusal> {
        let side = exchange.facts.side;
        match std::mem::replace(&mut self.read, Read::No) {
            Read::No if self.code.is_some_and(|code| code != Code::Ok) => Err(self.answer(side)),
            Read::Broken(status) => Err(Refusal::broken(status)),
            Read::Oversized if self.is_http_error() => Err(self.not_grpc(side)),
            Read::No | Read::Reading | Read::Oversized => Ok(self.streamed(exchange)),
            Read::Whole => match self.verdict() {
                Ok(()) => Ok(self.settled(exchange)),
                Err(status) => Err(self.refused(status, side)),
            },
        }
    }

    /// How a response that was read to its end ended, as tonic's client says it.
    #[inline]
    fn verdict(&self) -> Result<(), Option<Status>> {
        match (self.code, self.trailers.as_ref().and_then(wire::code_of)) {
            (Some(Code::Ok), _) | (None, Some(Code::Ok)) => {}
            (_, Some(_)) => return Err(None),
            (_, None) => return Err(Some(wire::missing(self.parts.status))),
        }
        match self.chunks.count() {
            Count::None => Err(Some(missing_message())),
            Count::Truncated => Err(Some(Status::internal("Unexpected EOF decoding stream."))),
            _ => Ok(()),
        }
    }

    #[inline]
    fn settled<T: CallType>(mut self, exchange: Box<Exchange<T>>) -> Reply<T> {
        let trailers = self.trailers.take().unwrap_or_default();
        let content = Content::settled(self.chunks);
        let trailers = Some(MetadataMap::from_headers(trailers));
        reply(exchange, self.parts, content, trailers)
    }

    fn streamed<T: CallType>(self, exchange: Box<Exchange<T>>) -> Reply<T> {
        let content = Content::new(Source::behind(self.chunks, self.body.into_inner()))
            .with_status_in_headers(self.code.is_some());
        reply(exchange, self.parts, content, None)
    }

    fn is_http_error(&self) -> bool {
        self.parts.status != StatusCode::OK && self.code.is_none()
    }

    /// An answer without messages: the status stands in the headers.
    fn answer(self, side: Side) -> Refusal {
        let status = wire::from_headers(&self.parts.headers).unwrap_or_else(missing_message);
        self.refusal(status, side, false)
    }

    /// The status stands in the trailers, or nowhere.
    fn refused(self, status: Option<Status>, side: Side) -> Refusal {
        let in_trailers = || {
            let mut status = wire::from_headers(self.trailers.as_ref()?)?;
            let headers = self.parts.headers.clone();
            status.metadata_mut().as_mut().extend(headers); // as tonic's client merges them
            Some(status)
        };
        let status = status.or_else(in_trailers).unwrap_or_else(missing_message);
        self.refusal(status, side, true)
    }

    fn not_grpc(self, side: Side) -> Refusal {
        let status = wire::missing(self.parts.status);
        self.refusal(status, side, true)
    }

    fn refusal(self, status: Status, side: Side, headers_received: bool) -> Refusal {
        if side == Side::Client {
            return Refusal {
                status: status::received(status, headers_received),
                response: None,
            };
        }
        let status = rejected::of_handler(status, &self.parts.extensions);
        let response = Some(Box::new(self.rejected(&status)));
        Refusal { status, response }
    }

    /// The response as it came; but an error that stood in trailers goes out as an answer without messages.
    fn rejected(mut self, status: &Status) -> Rejected {
        let content = match self.trailers.take() {
            Some(trailers) if wire::code_of(&trailers).is_some() => {
                self.parts.headers.extend(trailers);
                Content::settled(Chunks::default())
            }
            Some(trailers) => Content::new(Source::Settled(self.chunks, Some(trailers))),
            None => Content::new(Source::behind(self.chunks, self.body.into_inner())),
        };
        Rejected::new(status.clone(), self.parts, content)
    }
}

#[inline]
fn reply<T: CallType>(
    exchange: Box<Exchange<T>>,
    mut parts: response::Parts,
    content: Content,
    trailers: Option<MetadataMap>,
) -> Reply<T> {
    let metadata = MetadataMap::from_headers(std::mem::take(&mut parts.headers));
    let response = ResponseHalf {
        parts,
        metadata,
        trailers,
        payload: SyncWrapper::new(Payload::new(content)),
    };
    Reply::assemble(exchange, response)
}

impl Refusal {
    fn broken(status: Status) -> Self {
        Self {
            status: status::transport(Box::new(status), true),
            response: None,
        }
    }
}
