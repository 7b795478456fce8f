//! A response on its way from the service below into a chain.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{Response, StatusCode};
use http_body::Body as _;
use tonic::{Code, Status, body::Body, metadata::MetadataMap};

use super::rejected::{self, Rejected};
use crate::{
    CallType, Cardinality, Reply, Side,
    exchange::{Answered, Exchange, fill},
    payload::{are_too_many, missing_message},
    status::{self, wire},
};

/// How far a response has arrived: it is read to its end if it is unary, and else handed on at its headers.
///
/// The response itself is in the box of its call from the first moment. Frames are kept as they came, and go out as they
/// came. What is kept is bounded: a larger response is handed on while it still streams.
pub(crate) struct Arrival {
    /// The status in the headers, if it is there.
    code: Option<Code>,
    read: Read,
    size: usize,
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

/// A response that is read. A future by hand, so that its poll is a part of the poll of its call.
pub(crate) struct Reading<'a, T: CallType> {
    arrival: &'a mut Arrival,
    exchange: &'a mut Exchange<T>,
}

/// What came of a response that is not a reply.
pub(crate) struct Refusal {
    pub(crate) status: Status,
    /// The response as it came, if it may leave so.
    pub(crate) response: Option<Box<Rejected>>,
}

// === impl Arrival ===

impl Arrival {
    /// Puts a response into the box of its call.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: the call costs as much as what it does, and every call pays"
    )]
    pub(crate) fn new<T: CallType, B>(
        exchange: &mut Exchange<T>,
        response: Response<B>,
        body: impl FnOnce(B) -> Body,
    ) -> Self {
        let code = exchange.arrive(response, body);
        if code.is_some() && exchange.facts.side == Side::Client {
            wire::sanitize(exchange.metadata_mut().as_mut());
        }
        let is_grpc = code.is_some() || exchange.answered().status == StatusCode::OK;
        let is_answer = code.is_some_and(|code| code != Code::Ok);
        let handed_on = is_answer || (is_grpc && <T::Response as Cardinality>::STREAMING);
        Self {
            code,
            read: if handed_on { Read::No } else { Read::Reading },
            size: 0,
        }
    }

    /// Tells who waits for the headers of a response: an answer without one has none, nor has an HTTP error.
    #[inline]
    pub(crate) fn tell<T: CallType>(&self, exchange: &mut Exchange<T>) {
        let is_answer = self.code.is_some_and(|code| code != Code::Ok);
        if let Some(tell) = exchange.on_headers.take_if(|_| !is_answer)
            && !self.is_http_error(exchange)
        {
            tell();
        }
    }

    /// Reads what is to be read.
    #[inline]
    pub(crate) fn read<'a, T: CallType>(
        &'a mut self,
        exchange: &'a mut Exchange<T>,
    ) -> Reading<'a, T> {
        Reading {
            arrival: self,
            exchange,
        }
    }

    #[inline]
    fn bounded(&self, frames: usize, max_bytes: usize, status: StatusCode) -> Read {
        let too_large = self.size > max_bytes || are_too_many(frames, max_bytes);
        // of an HTTP error the headers have said enough, and its page may not end
        let is_page = self.code.is_none() && status != StatusCode::OK;
        if too_large || is_page {
            Read::Oversized
        } else {
            Read::Reading
        }
    }

    /// What the chain gets: a reply, or the status that the call ended with.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: the call costs as much as what it does, and every call pays"
    )]
    pub(crate) fn finish<T: CallType>(
        self,
        mut exchange: Box<Exchange<T>>,
    ) -> Result<Reply<T>, Refusal> {
        let Read::Whole = self.read else {
            return self.finish_unread(exchange);
        };
        match self.whole(&mut exchange) {
            Ok(()) => Ok(Reply::of(exchange)),
            Err(status) => {
                let headers_received = !self.is_http_error(&exchange);
                Err(refusal(status, &mut exchange, headers_received))
            }
        }
    }

    /// The same of what was not read to its end.
    #[inline]
    fn finish_unread<T: CallType>(
        self,
        mut exchange: Box<Exchange<T>>,
    ) -> Result<Reply<T>, Refusal> {
        let headers_received = !matches!(self.read, Read::No) && !self.is_http_error(&exchange);
        let verdict = match self.read {
            Read::No if self.code.is_some_and(|code| code != Code::Ok) => {
                Err(in_headers(&exchange))
            }
            Read::Oversized if self.code.is_none() => no_http_error(&exchange),
            Read::Broken(status) => return Err(broken(status, exchange.facts.side)),
            Read::Whole => self.whole(&mut exchange),
            Read::No | Read::Reading | Read::Oversized => Ok(()),
        };
        match verdict {
            Ok(()) => Ok(Reply::of(exchange)),
            Err(status) => Err(refusal(status, &mut exchange, headers_received)),
        }
    }

    /// An HTTP error without a status of gRPC is no response of a handler: a proxy or a balancer answered in its place.
    fn is_http_error<T: CallType>(&self, exchange: &Exchange<T>) -> bool {
        self.code.is_none() && exchange.answered().status != StatusCode::OK
    }

    /// A response that was read to its end, as tonic's client judges it: half a message at the end counts if no trailers
    /// came behind it.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: the call costs as much as what it does, and every call pays"
    )]
    fn whole<T: CallType>(&self, exchange: &mut Exchange<T>) -> Result<(), Status> {
        let answered = exchange.answered_mut();
        let count = answered.content().settle();
        let is_grpc = answered.status == StatusCode::OK || self.code.is_some();
        let is_cut = count.truncated && answered.trailers.is_none() && is_grpc;
        let trailers = answered.trailers.get_or_insert_default();
        let needs_message = !<T::Response as Cardinality>::STREAMING;
        let status = match self.code.or_else(|| wire::code_of(trailers.as_ref())) {
            _ if is_cut => Status::internal("Unexpected EOF decoding stream."),
            Some(Code::Ok) if needs_message && count.messages == 0 => return Err(missing_message()),
            Some(Code::Ok) => {
                answered.says_ok = self.code.is_none();
                return Ok(());
            }
            Some(_) => in_trailers(answered),
            None => wire::missing(answered.status),
        };
        Err(with_headers(status, exchange, count.messages))
    }
}

// === impl Reading ===

impl<T: CallType> Future for Reading<'_, T> {
    type Output = ();

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: the call costs as much as what it does, and every call pays"
    )]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { arrival, exchange } = self.get_mut();
        while let Read::Reading = arrival.read {
            let max_bytes = exchange.facts.settings.max_settled_bytes;
            let answered = exchange.answered_mut();
            let Some((chunks, body)) = answered.content().reading() else {
                break;
            };
            arrival.read = match ready!(Pin::new(body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => {
                        arrival.size += data.len();
                        chunks.push(data);
                        let frames = chunks.len();
                        arrival.bounded(frames, max_bytes, answered.status)
                    }
                    Err(frame) => {
                        if let Ok(trailers) = frame.into_trailers() {
                            let trailers = MetadataMap::from_headers(trailers);
                            fill(&mut answered.trailers, Some(trailers));
                        }
                        Read::Whole
                    }
                },
                Some(Err(status)) => Read::Broken(status),
                None => Read::Whole,
            };
        }
        Poll::Ready(())
    }
}

/// An answer without messages: the status stands in the headers.
fn in_headers<T: CallType>(exchange: &Exchange<T>) -> Status {
    wire::from_headers(exchange.metadata().as_ref())
        .unwrap_or_else(|| wire::missing(exchange.answered().status))
}

fn in_trailers<C: Cardinality>(answered: &Answered<C>) -> Status {
    let trailers = answered.trailers.as_ref();
    trailers
        .and_then(|trailers| wire::from_headers(trailers.as_ref()))
        .unwrap_or_else(|| wire::missing(answered.status))
}

/// A status with the headers merged in. tonic's client does so as long as no message came; on a server they go out
/// together in any case.
fn with_headers<T: CallType>(
    mut status: Status,
    exchange: &Exchange<T>,
    messages: usize,
) -> Status {
    if messages == 0 || exchange.facts.side == Side::Server {
        let headers = exchange.metadata().clone().into_headers();
        status.metadata_mut().as_mut().extend(headers);
    }
    status
}

fn no_http_error<T: CallType>(exchange: &Exchange<T>) -> Result<(), Status> {
    match exchange.answered().status {
        StatusCode::OK => Ok(()),
        status => Err(wire::missing(status)),
    }
}

/// On a server a handler's body may break with a status of the handler's own, which is not touched.
fn broken(status: Status, side: Side) -> Refusal {
    let status = match side {
        Side::Client => status::broken(status),
        Side::Server => status::transport(Box::new(status), true),
    };
    Refusal {
        status,
        response: None,
    }
}

fn refusal<T: CallType>(
    status: Status,
    exchange: &mut Exchange<T>,
    headers_received: bool,
) -> Refusal {
    if exchange.facts.side == Side::Client {
        return Refusal {
            status: status::received(status, headers_received),
            response: None,
        };
    }
    let status = rejected::of_handler(status, &exchange.extensions);
    let response = Some(Box::new(Rejected::new(status.clone(), exchange)));
    Refusal { status, response }
}
