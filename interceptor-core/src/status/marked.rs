//! The statuses that we make, and the mark on them that says where they come from.

use std::{error::Error, fmt, sync::Arc};

use tonic::Status;

use super::{
    BoxError, Origin,
    classify::{chain, classify},
    kind::TransportKind,
};

/// The source of a status that we made.
pub(super) struct Marked {
    origin: Origin,
    /// The status that tonic made of an error, which has the error as its source.
    original: Option<Status>,
}

/// A status that the peer sent, or that stands for what it sent.
///
/// `headers_received`: whether it came after response headers, and not instead of a response.
pub(crate) fn received(mut status: Status, headers_received: bool) -> Status {
    // A source that is there already stays: others read it.
    if status.source().is_none() {
        let (origin, original) = (Origin::Peer { headers_received }, None);
        status.set_source(Arc::new(Marked { origin, original }));
    }
    status
}

/// The status that a response's body broke with on a client: it came after headers, whatever it is.
pub(crate) fn broken(status: Status) -> Status {
    if status.source().is_none() {
        return mark(status, TransportKind::Other, true);
    }
    of_status(status, true)
}

/// The status of an error of the service below, or of a body; tonic decides its code and text.
///
/// A `Status` is returned as it is, except for one: tonic's channel gives an error of the connection in a body as a
/// status, and that one is marked, too, since nothing else says that it came after the headers.
pub(crate) fn transport(error: BoxError, headers_received: bool) -> Status {
    match error.downcast::<Status>() {
        Ok(status) => of_status(*status, headers_received),
        Err(error) => of_error(error, headers_received),
    }
}

fn of_status(status: Status, headers_received: bool) -> Status {
    match status.source().and_then(kind_of) {
        Some(kind) if headers_received && kind != TransportKind::Other => {
            mark(status, kind, headers_received)
        }
        _ => status,
    }
}

fn of_error(error: BoxError, headers_received: bool) -> Status {
    // Before `from_error` has it: of some errors nothing is left then.
    let kind = kind_of(&*error);
    let status = Status::from_error(error);
    match kind {
        Some(kind) => mark(status, kind, headers_received),
        None => status,
    }
}

/// Nothing if there is a status among the sources: `from_error` takes it over, and it has an origin of its own.
fn kind_of(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    for error in chain(error) {
        if error.is::<Status>() || error.is::<Marked>() {
            return None;
        }
        if let Some(kind) = classify(error) {
            return Some(kind);
        }
    }
    Some(TransportKind::Other)
}

/// The same status with a mark between it and its source.
fn mark(original: Status, kind: TransportKind, headers_received: bool) -> Status {
    let mut status = Status::with_details_and_metadata(
        original.code(),
        original.message(),
        original.details().to_vec().into(),
        original.metadata().clone(),
    );
    status.set_source(Arc::new(Marked {
        origin: Origin::Transport {
            kind,
            headers_received,
        },
        original: Some(original),
    }));
    status
}

// === impl Marked ===

impl Marked {
    pub(super) fn origin(&self) -> Origin {
        self.origin
    }

    fn error(&self) -> Option<&(dyn Error + 'static)> {
        self.original.as_ref().and_then(Error::source)
    }
}

impl Error for Marked {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error()
    }
}

impl fmt::Display for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.error(), self.origin) {
            (Some(error), _) => fmt::Display::fmt(error, f),
            (None, Origin::Peer { .. }) => f.write_str("the peer sent this status"),
            (None, _) => f.write_str("the call failed on its way"),
        }
    }
}

impl fmt::Debug for Marked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // tonic's `Display` of a status shows this: the same as without us, where there is an error.
        match self.error() {
            Some(error) => fmt::Debug::fmt(error, f),
            None => fmt::Debug::fmt(&self.origin, f),
        }
    }
}
