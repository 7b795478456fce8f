//! One box for each call: the request in it on the way in, the response on the way out, and at last the response's body.
//!
//! [`Call`](crate::Call) and [`Reply`](crate::Reply) are thin handles on it, so that a link of a chain moves a pointer
//! and not a request. What goes out of the box and comes into it moves once.

mod body;
mod stage;

use std::{mem, time::Instant};

use http::{
    Extensions, HeaderMap, Request, Response, StatusCode, Uri, Version, header::CONTENT_LENGTH,
    response,
};
use sync_wrapper::SyncWrapper;
use tonic::{Code, body::Body, metadata::MetadataMap};

use crate::{
    CallType, Method, Payload, Side,
    layer::Settings,
    payload::{Content, Departure, StatusIs},
    status::wire,
};
pub(crate) use stage::Answered;
use stage::{Asked, Stage};

/// The box.
pub(crate) struct Exchange<T: CallType> {
    pub(crate) facts: Facts,
    /// The request's on the way in, the response's on the way out; there as long as one of them is.
    metadata: Option<MetadataMap>,
    /// The request's, then the response's.
    pub(crate) extensions: Extensions,
    method: Option<Method>,
    /// Who waits for the response's headers.
    pub(crate) on_headers: Option<OnHeaders>,
    stage: Stage<T>,
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
const HAS_HEADERS: &str = "a call has its request's headers, a reply its response's";

impl<T: CallType> Exchange<T> {
    /// A box with a request in it, of whose body the content is made.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a request is large to hand through one more function"
    )]
    pub(crate) fn call<B>(
        facts: Facts,
        method: Method,
        mut request: Request<B>,
        content: impl FnOnce(B) -> Content,
    ) -> Box<Self> {
        // The box first, and then what the request has, from where it came: so each part of it moves once.
        let exchange = Box::new_uninit();
        let headers = mem::take(request.headers_mut());
        let extensions = mem::take(request.extensions_mut());
        let (head, body) = request.into_parts();
        Box::write(
            exchange,
            Self {
                facts,
                metadata: Some(MetadataMap::from_headers(headers)),
                extensions,
                method: Some(method),
                on_headers: None,
                stage: Stage::Asked(Asked {
                    head: Some(head),
                    payload: SyncWrapper::new(Some(Payload::new(content(body)))),
                }),
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
            method: None,
            on_headers: None,
            stage: Stage::Answered(Answered::new(
                StatusCode::OK,
                Version::HTTP_11,
                content,
                trailers,
            )),
        })
    }

    #[inline]
    pub(crate) fn answered(&self) -> &Answered<T::Response> {
        self.stage.answered()
    }

    #[inline]
    pub(crate) fn answered_mut(&mut self) -> &mut Answered<T::Response> {
        self.stage.answered_mut()
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
        let asked = self.stage.asked_mut();
        Sight {
            facts: &self.facts,
            method: self.method.as_ref().expect(HAS_REQUEST),
            metadata: self.metadata.as_ref().expect(HAS_HEADERS),
            extensions: &self.extensions,
            request: (asked.payload.get_mut().as_mut())
                .expect(HAS_REQUEST)
                .content(),
        }
    }

    /// The first line of the request.
    #[inline]
    pub(crate) fn request_line(&self) -> (&http::Method, &Uri, Version) {
        let head = self.stage.asked().head.as_ref().expect(HAS_REQUEST);
        (&head.method, &head.uri, head.version)
    }

    #[inline]
    pub(crate) fn request_payload(&mut self) -> &mut Payload<T::Request> {
        let payload = self.stage.asked_mut().payload.get_mut();
        payload.as_mut().expect(HAS_REQUEST)
    }

    /// Takes the body out of a request that nobody did anything to.
    #[inline]
    pub(crate) fn take_plain_request(&mut self) -> Option<Body> {
        let payload = self.stage.asked_mut().payload.get_mut();
        let body = payload.as_mut()?.content().take_plain_request()?;
        fill(payload, None); // with its body it has lost all that it owned
        Some(body)
    }

    /// Takes the payload out of the request.
    pub(crate) fn take_request_content(&mut self) -> Content {
        let payload = self.stage.asked_mut().payload.get_mut().take();
        payload.expect(HAS_REQUEST).into_content()
    }

    /// Takes the request out, with that body.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a request is large to hand through one more function"
    )]
    pub(crate) fn take_request(&mut self, body: Body) -> Request<Body> {
        let asked = self.stage.asked_mut();
        if let Some(head) = &mut asked.head {
            let headers = self.metadata.take().expect(HAS_HEADERS);
            fill(&mut head.headers, headers.into_headers());
            fill(&mut head.extensions, mem::take(&mut self.extensions));
        }
        Request::from_parts(asked.head.take().expect(HAS_REQUEST), body)
    }

    /// Puts a response in. Gives the code that stands in its headers, if there is one.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a response is large to hand through one more function"
    )]
    pub(crate) fn arrive<B>(
        &mut self,
        response: Response<B>,
        body: impl FnOnce(B) -> Body,
    ) -> Option<Code> {
        let (head, came) = response.into_parts();
        let headers = MetadataMap::from_headers(head.headers);
        fill(&mut self.metadata, Some(headers));
        fill(&mut self.extensions, head.extensions);
        let code = wire::code_of(self.metadata().as_ref());
        let status = StatusIs::in_headers(code.is_some());
        let content = Content::response(body(came), status, self.facts.side);
        let answered = Answered::new(head.status, head.version, content, None);
        // the request was sent, and its payload with it
        fill(&mut self.stage, Stage::Answered(answered));
        code
    }

    #[inline]
    pub(crate) fn response_payload(&mut self) -> &mut Payload<T::Response> {
        self.answered_mut().payload()
    }

    /// The response's headers and its content.
    #[inline]
    pub(crate) fn response_sight(&mut self) -> (&MetadataMap, &mut Content) {
        let answered = self.stage.answered_mut();
        let metadata = self.metadata.as_ref().expect(HAS_HEADERS);
        (metadata, answered.content())
    }

    /// Takes the response out, less its body.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a response is large to hand through one more function"
    )]
    pub(crate) fn take_response(&mut self) -> response::Parts {
        let (mut head, ()) = Response::new(()).into_parts();
        let answered = self.answered();
        head.status = answered.status;
        head.version = answered.version;
        fill(&mut head.headers, self.take_headers());
        fill(&mut head.extensions, mem::take(&mut self.extensions));
        head
    }

    /// The box goes on as the body of its response.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: the call costs as much as what it does, and every call pays"
    )]
    pub(crate) fn depart(&mut self, side: Side) {
        let answered = self.stage.answered_mut();
        fill(&mut answered.departure, Some(Departure::of_response(side)));
        if answered.content().is_more_in_hand() {
            return; // and so not at its end
        }
        if !answered.content().is_as_it_came() {
            let headers = self.metadata.as_mut().expect(HAS_HEADERS);
            headers.as_mut().remove(CONTENT_LENGTH);
        }
        answered.see_end();
    }
}

/// Fills a place in which there is nothing so far, or a default, or what everything was taken out of. That owns nothing:
/// its drop is forgotten, not run.
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
