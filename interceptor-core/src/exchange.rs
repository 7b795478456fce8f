//! One box for each call: the request in it on the way in, the response on the way out.
//!
//! [`Call`](crate::Call) and [`Reply`](crate::Reply) are thin handles on it, so that a link of a chain moves a pointer
//! and not a request.

use std::{
    pin::Pin,
    task::{self, Poll},
    time::Instant,
};

use bytes::Bytes;
use http::{HeaderMap, request, response};
use http_body::{Body, Frame, SizeHint};
use sync_wrapper::SyncWrapper;
use tonic::{Status, metadata::MetadataMap};

use crate::{
    CallType, Method, Payload, Side,
    layer::Settings,
    payload::{Content, OutgoingBody},
};

/// The box.
pub(crate) struct Exchange<T: CallType> {
    pub(crate) facts: Facts,
    half: Half<T>,
}

/// What of a call is in its box.
#[expect(
    clippy::large_enum_variant,
    reason = "the box is there for the largest; the others are in it later or before"
)]
enum Half<T: CallType> {
    Request(RequestHalf<T>),
    /// The request is out, and the response is not there yet.
    Sent,
    Response(ResponseHalf<T>),
    /// The chain is done; the box is the response's body now.
    Leaving(OutgoingBody),
}

/// What does not change hands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    pub(crate) side: Side,
    pub(crate) attempt: u32,
    pub(crate) deadline: Option<Instant>,
    /// Whether the deadline is another than the `grpc-timeout` header says.
    pub(crate) deadline_is_new: bool,
    pub(crate) settings: Settings,
}

pub(crate) struct RequestHalf<T: CallType> {
    pub(crate) method: Method,
    /// Without its headers: those are the metadata.
    pub(crate) parts: request::Parts,
    pub(crate) metadata: MetadataMap,
    pub(crate) payload: SyncWrapper<Payload<T::Request>>,
}

pub(crate) struct ResponseHalf<T: CallType> {
    /// Without its headers: those are the metadata.
    pub(crate) parts: response::Parts,
    pub(crate) metadata: MetadataMap,
    /// Of a response that is over; those to come are in the payload.
    pub(crate) trailers: Option<MetadataMap>,
    pub(crate) payload: SyncWrapper<Payload<T::Response>>,
}

// === impl Exchange ===

// A `Call` is made with its request, and only the terminal, which uses the call up, takes it out. A `Reply` is made with
// its response, and only the edge, which uses the reply up, takes it out. So the other half is never asked for.
impl<T: CallType> Exchange<T> {
    #[inline]
    pub(crate) fn call(facts: Facts, request: RequestHalf<T>) -> Box<Self> {
        let half = Half::Request(request);
        Box::new(Self { facts, half })
    }

    pub(crate) fn reply(facts: Facts, response: ResponseHalf<T>) -> Box<Self> {
        let half = Half::Response(response);
        Box::new(Self { facts, half })
    }

    #[inline]
    pub(crate) fn request(&self) -> &RequestHalf<T> {
        match &self.half {
            Half::Request(request) => request,
            _ => unreachable!("a call has its request until it is sent"),
        }
    }

    #[inline]
    pub(crate) fn request_mut(&mut self) -> &mut RequestHalf<T> {
        match &mut self.half {
            Half::Request(request) => request,
            _ => unreachable!("a call has its request until it is sent"),
        }
    }

    #[inline]
    pub(crate) fn take_request(&mut self) -> RequestHalf<T> {
        match std::mem::replace(&mut self.half, Half::Sent) {
            Half::Request(request) => request,
            _ => unreachable!("a call has its request until it is sent"),
        }
    }

    #[inline]
    pub(crate) fn set_response(&mut self, response: ResponseHalf<T>) {
        self.half = Half::Response(response);
    }

    #[inline]
    pub(crate) fn response(&self) -> &ResponseHalf<T> {
        match &self.half {
            Half::Response(response) => response,
            _ => unreachable!("a reply has its response"),
        }
    }

    #[inline]
    pub(crate) fn response_mut(&mut self) -> &mut ResponseHalf<T> {
        match &mut self.half {
            Half::Response(response) => response,
            _ => unreachable!("a reply has its response"),
        }
    }

    #[inline]
    pub(crate) fn take_response(&mut self) -> ResponseHalf<T> {
        match std::mem::replace(&mut self.half, Half::Sent) {
            Half::Response(response) => response,
            _ => unreachable!("a reply has its response"),
        }
    }

    /// The response's head; what is left in the box is its body.
    #[inline]
    pub(crate) fn leave(
        &mut self,
        body: impl FnOnce(Content, Option<HeaderMap>) -> OutgoingBody,
    ) -> response::Parts {
        let response = self.take_response();
        let content = response.payload.into_inner().into_content();
        let trailers = response.trailers.map(MetadataMap::into_headers);
        self.half = Half::Leaving(body(content, trailers));
        let mut parts = response.parts;
        put_back(&mut parts.headers, response.metadata);
        parts
    }

    fn body(&self) -> &OutgoingBody {
        match &self.half {
            Half::Leaving(body) => body,
            _ => unreachable!("a box is a body once the response has left it"),
        }
    }
}

impl<T: CallType> Body for Exchange<T> {
    type Data = Bytes;
    type Error = Status;

    #[inline]
    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        match &mut self.get_mut().half {
            Half::Leaving(body) => Pin::new(body).poll_frame(cx),
            _ => unreachable!("a box is a body once the response has left it"),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}

/// Puts metadata back to where they were taken from.
///
/// What is there is the empty map that `take` left, which owns nothing: its drop is forgotten, not run.
#[inline]
pub(crate) fn put_back(headers: &mut HeaderMap, metadata: MetadataMap) {
    std::mem::forget(std::mem::replace(headers, metadata.into_headers()));
}

// === impl Facts ===

impl Facts {
    /// Of a reply that was made without a call.
    pub(crate) fn detached() -> Self {
        Self {
            side: Side::Server,
            attempt: 0,
            deadline: None,
            deadline_is_new: false,
            settings: Settings::default(),
        }
    }
}
