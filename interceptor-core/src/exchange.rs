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
use http::{
    Extensions, HeaderMap, Request, Response, StatusCode, Uri, Version, header::CONTENT_LENGTH,
    request,
};
use http_body::{Frame, SizeHint};
use sync_wrapper::SyncWrapper;
use tonic::{Code, Status, body::Body, metadata::MetadataMap};

use crate::{
    CallType, Method, Payload, Side,
    layer::Settings,
    payload::{Content, Departure, FrameResult, StatusIs},
    status::wire,
};

/// The box.
pub(crate) struct Exchange<T: CallType> {
    pub(crate) facts: Facts,
    /// The request's on the way in, the response's on the way out; there as long as one of them is.
    metadata: Option<MetadataMap>,
    /// The request's, then the response's.
    pub(crate) extensions: Extensions,
    /// Those of a response that is over; those to come are in its payload.
    pub(crate) trailers: Option<MetadataMap>,
    /// Whether it is known that these say OK: who asks for the end of a call asks each time.
    pub(crate) says_ok: bool,
    method: Option<Method>,
    /// Who waits for the response's headers.
    pub(crate) on_headers: Option<OnHeaders>,
    /// Of the request, until it is sent. Each by itself, or they would not move at once to where they stay.
    verb: Option<http::Method>,
    uri: Option<Uri>,
    request_payload: SyncWrapper<Option<Payload<T::Request>>>,
    /// Of the response, once it is there.
    pub(crate) status: StatusCode,
    /// The request's, then the response's.
    version: Version,
    response_payload: SyncWrapper<Option<Payload<T::Response>>>,
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

/// A call as it is shown, of whatever type it is.
pub(crate) struct Sight<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) method: &'a Method,
    pub(crate) metadata: &'a MetadataMap,
    pub(crate) extensions: &'a Extensions,
    pub(crate) request: &'a mut Content,
}

// === impl Exchange ===

// A `Call` is made with its request, and only the terminal, which uses the call up, takes it out. A `Reply` is made with
// its response, and only the edge, which uses the reply up, takes it out. So what is not there is never asked for.
const HAS_REQUEST: &str = "a call has its request until it is sent";
const HAS_RESPONSE: &str = "a reply has its response";
const HAS_HEADERS: &str = "a call has its request's headers, a reply its response's";

impl<T: CallType> Exchange<T> {
    /// A box with a request in it.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a request is large to hand through one more function"
    )]
    pub(crate) fn call(
        facts: Facts,
        method: Method,
        head: request::Parts,
        content: Content,
    ) -> Box<Self> {
        // The box first, and then what the request has, from where it came: so each part of it moves once.
        let exchange = Box::new_uninit();
        Box::write(
            exchange,
            Self {
                facts,
                metadata: Some(MetadataMap::from_headers(head.headers)),
                extensions: head.extensions,
                trailers: None,
                says_ok: false,
                method: Some(method),
                on_headers: None,
                verb: Some(head.method),
                uri: Some(head.uri),
                request_payload: SyncWrapper::new(Some(Payload::new(content))),
                status: StatusCode::OK,
                version: head.version,
                response_payload: SyncWrapper::new(None),
                departure: None,
                is_end: false,
            },
        )
    }

    /// A box with a response in it.
    pub(crate) fn reply(
        metadata: MetadataMap,
        content: Content,
        trailers: Option<MetadataMap>,
    ) -> Box<Self> {
        Box::new(Self {
            facts: Facts::detached(),
            metadata: Some(metadata),
            extensions: Extensions::new(),
            trailers,
            says_ok: false,
            method: None,
            on_headers: None,
            verb: None,
            uri: None,
            request_payload: SyncWrapper::new(None),
            status: StatusCode::OK,
            version: Version::HTTP_11,
            response_payload: SyncWrapper::new(Some(Payload::new(content))),
            departure: None,
            is_end: false,
        })
    }

    #[inline]
    pub(crate) fn method(&self) -> &Method {
        self.method.as_ref().expect(HAS_REQUEST)
    }

    #[inline]
    pub(crate) fn metadata(&self) -> &MetadataMap {
        self.metadata.as_ref().expect(HAS_HEADERS)
    }

    #[inline]
    pub(crate) fn metadata_mut(&mut self) -> &mut MetadataMap {
        self.metadata.as_mut().expect(HAS_HEADERS)
    }

    #[inline]
    fn take_headers(&mut self) -> HeaderMap {
        self.metadata.take().expect(HAS_HEADERS).into_headers()
    }

    /// What an observer is shown of a call.
    #[inline]
    pub(crate) fn sight(&mut self) -> Sight<'_> {
        Sight {
            facts: &self.facts,
            method: self.method.as_ref().expect(HAS_REQUEST),
            metadata: self.metadata.as_ref().expect(HAS_HEADERS),
            extensions: &self.extensions,
            request: (self.request_payload.get_mut().as_mut())
                .expect(HAS_REQUEST)
                .content(),
        }
    }

    /// The first line of the request.
    #[inline]
    pub(crate) fn request_line(&self) -> (&http::Method, &Uri, Version) {
        let verb = self.verb.as_ref().expect(HAS_REQUEST);
        (verb, self.uri(), self.version)
    }

    #[inline]
    pub(crate) fn uri(&self) -> &Uri {
        self.uri.as_ref().expect(HAS_REQUEST)
    }

    #[inline]
    pub(crate) fn request_payload(&mut self) -> &mut Payload<T::Request> {
        self.request_payload.get_mut().as_mut().expect(HAS_REQUEST)
    }

    /// Takes the body out of a request that nobody did anything to.
    #[inline]
    pub(crate) fn take_plain_request(&mut self) -> Option<Body> {
        let payload = self.request_payload.get_mut();
        let body = payload.as_mut()?.content().take_plain_request()?;
        fill(payload, None); // with its body it has lost all that it owned
        Some(body)
    }

    /// Takes the payload out of the request.
    pub(crate) fn take_request_content(&mut self) -> Content {
        let payload = self.request_payload.get_mut().take();
        payload.expect(HAS_REQUEST).into_content()
    }

    /// Moves the request, less its body, into one that is empty.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a request is large to hand through one more function"
    )]
    pub(crate) fn move_request(&mut self, request: &mut Request<Body>) {
        fill(request.method_mut(), self.verb.take().expect(HAS_REQUEST));
        fill(request.uri_mut(), self.uri.take().expect(HAS_REQUEST));
        *request.version_mut() = self.version;
        fill(request.headers_mut(), self.take_headers());
        fill(request.extensions_mut(), mem::take(&mut self.extensions));
    }

    /// Puts a response in. Gives the code that stands in its headers, if there is one.
    #[inline]
    pub(crate) fn arrive<B>(
        &mut self,
        response: Response<B>,
        body: impl FnOnce(B) -> Body,
    ) -> Option<Code> {
        let (parts, came) = response.into_parts();
        self.status = parts.status;
        self.version = parts.version;
        fill(
            &mut self.metadata,
            Some(MetadataMap::from_headers(parts.headers)),
        );
        fill(&mut self.extensions, parts.extensions);
        let code = wire::code_of(self.metadata().as_ref());
        let status = StatusIs::in_headers(code.is_some());
        let content = Content::response(body(came), status, self.facts.side);
        fill(self.response_payload.get_mut(), Some(Payload::new(content)));
        code
    }

    /// The response is over.
    #[inline]
    pub(crate) fn end(&mut self, trailers: HeaderMap) {
        fill(
            &mut self.trailers,
            Some(MetadataMap::from_headers(trailers)),
        );
    }

    #[inline]
    pub(crate) fn response_payload(&mut self) -> &mut Payload<T::Response> {
        self.response_payload
            .get_mut()
            .as_mut()
            .expect(HAS_RESPONSE)
    }

    /// The response's headers and its content.
    #[inline]
    pub(crate) fn response_sight(&mut self) -> (&MetadataMap, &mut Content) {
        let payload = self.response_payload.get_mut().as_mut();
        (
            self.metadata.as_ref().expect(HAS_HEADERS),
            payload.expect(HAS_RESPONSE).content(),
        )
    }

    /// Moves the response, less its body, into one that is empty.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a response is large to hand through one more function"
    )]
    pub(crate) fn move_response<B>(&mut self, response: &mut Response<B>) {
        *response.status_mut() = self.status;
        *response.version_mut() = self.version;
        fill(response.headers_mut(), self.take_headers());
        fill(response.extensions_mut(), mem::take(&mut self.extensions));
    }

    /// The box goes on as the body of its response.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: the call costs as much as what it does, and every call pays"
    )]
    pub(crate) fn depart(&mut self, side: Side, headers: &mut HeaderMap) {
        fill(&mut self.departure, Some(Departure::of_response(side)));
        if self.response_payload().content().is_more_in_hand() {
            return; // and so not at its end
        }
        if !self.response_payload().content().is_as_it_came() {
            headers.remove(CONTENT_LENGTH);
        }
        self.see_end();
    }

    /// Whether the body is at its end is asked through a shared reference, through which the payload cannot be asked. It
    /// changes only when the body is polled.
    fn see_end(&mut self) {
        if let (Some(departure), Some(payload)) = (&self.departure, self.response_payload.get_mut())
        {
            self.is_end = departure.is_end(payload.content(), self.trailers.as_ref());
        }
    }
}

impl<T: CallType> http_body::Body for Exchange<T> {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<FrameResult>> {
        let this = self.get_mut();
        let (Some(departure), Some(payload)) =
            (&mut this.departure, this.response_payload.get_mut())
        else {
            return Poll::Ready(None);
        };
        let content = payload.content();
        let Some(chunks) = content.settled_chunks() else {
            let frame = departure.poll_frame(content, &mut this.trailers, cx);
            this.see_end();
            return frame;
        };
        // Each frame is made where it is returned: it is large to move.
        if let Some(data) = chunks.pop() {
            let more = this.trailers.as_ref().is_some_and(|it| !it.is_empty());
            this.is_end = chunks.is_empty() && !more;
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        this.is_end = true;
        departure.end(this.trailers.as_mut());
        Poll::Ready(match this.trailers.take() {
            Some(ended) if !ended.is_empty() => Some(Ok(Frame::trailers(ended.into_headers()))),
            _ => None,
        })
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
        if let (Some(departure), Some(payload)) = (&self.departure, self.response_payload.get_mut())
        {
            departure.dropped(payload.content());
        }
    }
}

/// Fills a place in which there is nothing so far, or a default. That owns nothing: its drop is forgotten, not run.
#[inline]
pub(crate) fn fill<M>(empty: &mut M, full: M) {
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
