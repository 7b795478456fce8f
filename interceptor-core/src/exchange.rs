//! One box for each call: the request in it on the way in, the response on the way out, and at last the response's body.
//!
//! [`Call`](crate::Call) and [`Reply`](crate::Reply) are thin handles on it, so that a link of a chain moves a pointer
//! and not a request. What goes out of the box and comes into it moves once, field by field.

use std::{
    mem,
    pin::Pin,
    task::{self, Poll},
    time::Instant,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header::CONTENT_LENGTH, request, response};
use http_body::SizeHint;
use sync_wrapper::SyncWrapper;
use tonic::{Status, body::Body, metadata::MetadataMap};

use crate::{
    CallType, Method, Payload, Side,
    layer::Settings,
    payload::{Content, Departure, FrameResult},
};

/// The box.
pub(crate) struct Exchange<T: CallType> {
    pub(crate) facts: Facts,
    /// The request's on the way in, the response's on the way out.
    pub(crate) metadata: MetadataMap,
    /// Those of a response that is over; those to come are in its payload.
    pub(crate) trailers: Option<MetadataMap>,
    method: Option<Method>,
    /// Who waits for the response's headers.
    pub(crate) on_headers: Option<OnHeaders>,
    /// There until the request is sent. Without headers: those are the metadata.
    request: Option<request::Parts>,
    request_payload: SyncWrapper<Payload<T::Request>>,
    /// There from the response on. Without headers: those are the metadata.
    response: Option<response::Parts>,
    response_payload: SyncWrapper<Payload<T::Response>>,
    /// There once the box is the response's body.
    departure: Option<Departure>,
    is_end: bool,
}

/// Told that response headers came.
pub(crate) type OnHeaders = Box<dyn FnOnce() + Send + Sync>;

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

// === impl Exchange ===

// A `Call` is made with its request, and only the terminal, which uses the call up, takes it out. A `Reply` is made with
// its response, and only the edge, which uses the reply up, takes it out. So what is not there is never asked for.
const HAS_REQUEST: &str = "a call has its request until it is sent";
const HAS_RESPONSE: &str = "a reply has its response";

impl<T: CallType> Exchange<T> {
    /// A box with a request in it.
    #[inline]
    pub(crate) fn call(
        facts: Facts,
        method: Method,
        mut parts: request::Parts,
        content: Content,
    ) -> Box<Self> {
        let metadata = MetadataMap::from_headers(mem::take(&mut parts.headers));
        Box::new(Self {
            facts,
            metadata,
            trailers: None,
            method: Some(method),
            on_headers: None,
            request: Some(parts),
            request_payload: SyncWrapper::new(Payload::new(content)),
            response: None,
            response_payload: SyncWrapper::new(Payload::new(Content::empty())),
            departure: None,
            is_end: false,
        })
    }

    /// A box with a response in it.
    pub(crate) fn reply(
        metadata: MetadataMap,
        content: Content,
        trailers: Option<MetadataMap>,
    ) -> Box<Self> {
        let (parts, ()) = Response::new(()).into_parts();
        Box::new(Self {
            facts: Facts::detached(),
            metadata,
            trailers,
            method: None,
            on_headers: None,
            request: None,
            request_payload: SyncWrapper::new(Payload::new(Content::empty())),
            response: Some(parts),
            response_payload: SyncWrapper::new(Payload::new(content)),
            departure: None,
            is_end: false,
        })
    }

    #[inline]
    pub(crate) fn method(&self) -> &Method {
        self.method.as_ref().expect(HAS_REQUEST)
    }

    #[inline]
    pub(crate) fn request(&self) -> &request::Parts {
        self.request.as_ref().expect(HAS_REQUEST)
    }

    #[inline]
    pub(crate) fn request_mut(&mut self) -> &mut request::Parts {
        self.request.as_mut().expect(HAS_REQUEST)
    }

    #[inline]
    pub(crate) fn request_payload(&mut self) -> &mut Payload<T::Request> {
        self.request_payload.get_mut()
    }

    /// Takes the request out; `body` makes a body of its payload.
    #[inline]
    pub(crate) fn take_request(&mut self, body: impl FnOnce(Content) -> Body) -> Request<Body> {
        let mut parts = self.request.take().expect(HAS_REQUEST);
        put_back(&mut parts.headers, mem::take(&mut self.metadata));
        Request::from_parts(parts, body(self.request_payload().take()))
    }

    /// Puts a response in.
    #[inline]
    pub(crate) fn arrive(&mut self, mut parts: response::Parts, content: Content) {
        let metadata = MetadataMap::from_headers(mem::take(&mut parts.headers));
        fill(&mut self.metadata, metadata);
        self.response = Some(parts);
        *self.response_payload() = Payload::new(content);
    }

    #[inline]
    pub(crate) fn response(&self) -> &response::Parts {
        self.response.as_ref().expect(HAS_RESPONSE)
    }

    #[inline]
    pub(crate) fn response_mut(&mut self) -> &mut response::Parts {
        self.response.as_mut().expect(HAS_RESPONSE)
    }

    #[inline]
    pub(crate) fn response_payload(&mut self) -> &mut Payload<T::Response> {
        self.response_payload.get_mut()
    }

    /// Takes the head of the response out.
    #[inline]
    pub(crate) fn take_response(&mut self) -> response::Parts {
        let mut parts = self.response.take().expect(HAS_RESPONSE);
        put_back(&mut parts.headers, mem::take(&mut self.metadata));
        parts
    }

    /// Takes the head of the response out; the box goes on as its body.
    #[inline]
    pub(crate) fn leave(&mut self, side: Side) -> response::Parts {
        if !self.response_payload().content().is_as_it_came() {
            self.metadata.as_mut().remove(CONTENT_LENGTH);
        }
        self.departure = Some(Departure::of_response(side));
        self.see_end();
        self.take_response()
    }

    /// Whether the body is at its end is asked through a shared reference, through which the payload cannot be asked. It
    /// changes only when the body is polled.
    #[inline]
    fn see_end(&mut self) {
        let content = self.response_payload.get_mut().content();
        let departure = self.departure.as_ref();
        self.is_end = departure.is_none_or(|it| it.is_end(content, self.trailers.as_ref()));
    }
}

impl<T: CallType> http_body::Body for Exchange<T> {
    type Data = Bytes;
    type Error = Status;

    #[inline]
    fn poll_frame(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<FrameResult>> {
        let this = self.get_mut();
        let Some(departure) = &mut this.departure else {
            return Poll::Ready(None);
        };
        let content = this.response_payload.get_mut().content();
        let frame = departure.poll_frame(content, &mut this.trailers, cx);
        this.see_end();
        frame
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.is_end
    }

    /// Unknown: what a body of gRPC is long, its frames say.
    #[inline]
    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

impl<T: CallType> Drop for Exchange<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(departure) = &self.departure {
            departure.dropped(self.response_payload.get_mut().content());
        }
    }
}

/// Puts metadata back to where they were taken from.
#[inline]
fn put_back(headers: &mut HeaderMap, metadata: MetadataMap) {
    fill(headers, metadata.into_headers());
}

/// Fills a place that `take` left empty. What is there owns nothing: its drop is forgotten, not run.
#[inline]
fn fill<M>(empty: &mut M, full: M) {
    mem::forget(mem::replace(empty, full));
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
