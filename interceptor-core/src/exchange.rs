//! One box for each call: the request in it on the way in, the response on the way out.
//!
//! [`Call`](crate::Call) and [`Reply`](crate::Reply) are thin handles on it, so that a link of a chain moves a pointer
//! and not a request.

use std::time::Instant;

use http::{request, response};
use sync_wrapper::SyncWrapper;
use tonic::metadata::MetadataMap;

use crate::{CallType, Method, Payload, Side, layer::Settings};

/// The box.
pub(crate) struct Exchange<T: CallType> {
    pub(crate) facts: Facts,
    /// There until the call is sent.
    pub(crate) request: Option<RequestHalf<T>>,
    /// There from the response on.
    pub(crate) response: Option<ResponseHalf<T>>,
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
