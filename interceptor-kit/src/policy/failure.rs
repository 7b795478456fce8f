//! What a failed attempt says of another one.

use std::sync::Arc;

use interceptor_core::{
    Origin, Side, TransportKind,
    tonic::{Code, Status},
};

/// What a failed attempt says of another one, by where its status comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Failure {
    /// No byte of it was sent: another attempt may be made as if nothing had happened, as often as needed.
    NeverSent,
    /// The peer says that no handler saw it: another attempt may be made so once.
    Refused,
    /// Response headers had come: the peer had taken the call, and there is no other attempt.
    Committed,
    /// This side ended the call: a deadline or a cancellation that no peer sent. There is no other attempt.
    OurOwn,
    /// A policy decides, by this code.
    Failed(Code),
}

// === impl Failure ===

impl Failure {
    /// What this status says to this side.
    ///
    /// A server's handler ran, whatever its status says of a call that it made itself: there is no [`NeverSent`](Self::NeverSent)
    /// and no [`Refused`](Self::Refused), and the code is the one that the client will see.
    #[must_use]
    pub fn of(status: &Status, side: Side) -> Self {
        let (origin, is_client) = (Origin::of(status), side == Side::Client);
        if is_client && origin.is_never_sent() {
            Self::NeverSent
        } else if is_client && origin.is_refused() {
            Self::Refused
        } else if origin.headers_received() {
            Self::Committed
        } else if is_client {
            Self::judged(origin, code_by_origin(status))
        } else {
            Self::judged(origin, status.code())
        }
    }

    fn judged(origin: Origin, code: Code) -> Self {
        let is_our_own = match origin {
            Origin::Local => matches!(code, Code::DeadlineExceeded | Code::Cancelled),
            origin => origin.transport() == Some(TransportKind::Timeout),
        };
        if is_our_own {
            Self::OurOwn
        } else {
            Self::Failed(code)
        }
    }

    /// The code that a policy goes by; nothing for what is not up to a policy.
    #[must_use]
    pub fn code(self) -> Option<Code> {
        match self {
            Self::NeverSent | Self::Refused => Some(Code::Unavailable),
            Self::Failed(code) => Some(code),
            Self::Committed | Self::OurOwn => None,
        }
    }
}

/// The code of a status as the specification has it: for an error of the transport it is that of
/// [`TransportKind::code`], for instance UNAVAILABLE for a lost connection, which is UNKNOWN with tonic.
#[must_use]
pub fn code_by_origin(status: &Status) -> Code {
    let kind = Origin::of(status).transport();
    kind.and_then(|kind| kind.code()).unwrap_or(status.code())
}

/// The same status with the code that the specification has for it; as it came, if it has it already. Text, details and
/// metadata stay, and the status as it came is its source, so that [`Origin::of`] says the same of both.
#[must_use]
pub fn by_origin(status: Status) -> Status {
    let code = code_by_origin(&status);
    if code == status.code() {
        return status;
    }
    let mut other = Status::with_details_and_metadata(
        code,
        status.message(),
        status.details().to_vec().into(),
        status.metadata().clone(),
    );
    other.set_source(Arc::new(status));
    other
}
