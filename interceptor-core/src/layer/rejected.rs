use std::{error::Error, fmt, sync::Arc};

use http::{Extensions, Response, header::CONTENT_LENGTH};
use sync_wrapper::SyncWrapper;
use tonic::{Code, Status, metadata::MetadataMap};

use crate::{
    CallType, Side,
    exchange::Exchange,
    payload::{Content, OutgoingBody},
    status::wire,
};

/// An error response from below, and the status that the chain sees in its place.
pub(crate) struct Rejected {
    status: Status,
    response: Response<()>,
    content: SyncWrapper<Content>,
    trailers: Option<MetadataMap>,
}

// === impl Rejected ===

impl Rejected {
    /// The response as it came; but an error that stood in trailers goes out as an answer without messages.
    pub(crate) fn new<T: CallType>(status: Status, exchange: &mut Exchange<T>) -> Self {
        let mut response = Response::from_parts(exchange.take_response(), ());
        let answered = exchange.answered_mut();
        let mut content = answered.payload().take();
        let is_error = |trailers: &mut MetadataMap| {
            wire::code_of(trailers.as_ref()).is_some_and(|code| code != Code::Ok)
        };
        if let Some(ended) = answered.trailers.take_if(is_error) {
            response.headers_mut().extend(ended.into_headers());
            response.headers_mut().remove(CONTENT_LENGTH);
            content = Content::empty();
        }
        Self {
            status,
            response,
            content: SyncWrapper::new(content),
            trailers: answered.trailers.take(),
        }
    }

    /// Whether this is the status that came of it, unchanged.
    pub(crate) fn is(&self, status: &Status) -> bool {
        self.status.code() == status.code()
            && self.status.message() == status.message()
            && self.status.details() == status.details()
            && self.status.metadata().as_ref() == status.metadata().as_ref()
    }

    /// The response again, for a reader on that side.
    pub(crate) fn into_response(self, side: Side) -> Response<OutgoingBody> {
        let body = OutgoingBody::response(self.content.into_inner(), self.trailers, side);
        self.response.map(|()| body)
    }
}

/// The status of a handler's error response: code, text, details and metadata as they stand in its headers, and the source
/// of the `Status` that tonic leaves in its extensions.
pub(crate) fn of_handler(mut status: Status, extensions: &Extensions) -> Status {
    status
        .metadata_mut()
        .as_mut()
        .remove(http::header::CONTENT_TYPE);
    let Some(left) = extensions.get::<Status>() else {
        return status;
    };
    if left.code() == status.code()
        && left.message() == status.message()
        && left.details() == status.details()
    {
        let metadata = std::mem::take(status.metadata_mut());
        status = left.clone();
        *status.metadata_mut() = metadata;
    } else if left.source().is_some() {
        status.set_source(Arc::new(SourceOf(left.clone())));
    }
    status
}

/// Stands for the source of a status that a layer between us and the handler changed: a status does not give its source
/// away, but lends it.
struct SourceOf(Status);

impl Error for SourceOf {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl fmt::Display for SourceOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .source()
            .map_or(Ok(()), |source| fmt::Display::fmt(source, f))
    }
}

impl fmt::Debug for SourceOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.source().fmt(f)
    }
}
