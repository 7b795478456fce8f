//! What the box holds besides what the request and the response share.

use http::{StatusCode, Version, request};
use sync_wrapper::SyncWrapper;
use tonic::metadata::MetadataMap;

use super::HAS_REQUEST;
use crate::{
    CallType, Cardinality, Payload,
    payload::{Content, Departure},
};

/// The request until it is sent, and then, in its place, the response.
pub(super) enum Stage<T: CallType> {
    Asked(Asked<T::Request>),
    Answered(Answered<T::Response>),
}

/// A request, less its headers and extensions.
pub(super) struct Asked<C: Cardinality> {
    /// In one piece, so that it moves at once to where it goes. Its body is in the payload.
    pub(super) head: Option<request::Parts>,
    pub(super) payload: SyncWrapper<Option<Payload<C>>>,
}

/// A response, less its headers and extensions.
pub(crate) struct Answered<C: Cardinality> {
    pub(crate) status: StatusCode,
    pub(super) version: Version,
    /// Whether it is known that the trailers say OK: who asks for the end of a call asks each time.
    pub(crate) says_ok: bool,
    /// Whether the body that the box goes on as is at its end.
    pub(super) is_end: bool,
    pub(super) payload: SyncWrapper<Payload<C>>,
    /// Those of a response that is over; those to come are in its payload.
    pub(crate) trailers: Option<MetadataMap>,
    /// There once the box is the response's body.
    pub(super) departure: Option<Departure>,
}

// === impl Stage ===

const HAS_RESPONSE: &str = "a reply has its response";

impl<T: CallType> Stage<T> {
    #[inline]
    pub(super) fn asked(&self) -> &Asked<T::Request> {
        match self {
            Self::Asked(asked) => asked,
            Self::Answered(_) => unreachable!("{HAS_REQUEST}"),
        }
    }

    #[inline]
    pub(super) fn asked_mut(&mut self) -> &mut Asked<T::Request> {
        match self {
            Self::Asked(asked) => asked,
            Self::Answered(_) => unreachable!("{HAS_REQUEST}"),
        }
    }

    #[inline]
    pub(super) fn answered(&self) -> &Answered<T::Response> {
        match self {
            Self::Answered(answered) => answered,
            Self::Asked(_) => unreachable!("{HAS_RESPONSE}"),
        }
    }

    #[inline]
    pub(super) fn answered_mut(&mut self) -> &mut Answered<T::Response> {
        match self {
            Self::Answered(answered) => answered,
            Self::Asked(_) => unreachable!("{HAS_RESPONSE}"),
        }
    }
}

// === impl Answered ===

impl<C: Cardinality> Answered<C> {
    #[inline]
    pub(super) fn new(
        status: StatusCode,
        version: Version,
        content: Content,
        trailers: Option<MetadataMap>,
    ) -> Self {
        Self {
            status,
            version,
            says_ok: false,
            is_end: false,
            payload: SyncWrapper::new(Payload::new(content)),
            trailers,
            departure: None,
        }
    }

    #[inline]
    pub(crate) fn payload(&mut self) -> &mut Payload<C> {
        self.payload.get_mut()
    }

    #[inline]
    pub(crate) fn content(&mut self) -> &mut Content {
        self.payload().content()
    }

    /// Whether the body is at its end is asked through a shared reference, through which the payload cannot be asked. It
    /// changes only when the body is polled.
    pub(super) fn see_end(&mut self) {
        if let Some(departure) = &self.departure {
            let content = self.payload.get_mut().content();
            self.is_end = departure.is_end(content, self.trailers.as_ref());
        }
    }
}
