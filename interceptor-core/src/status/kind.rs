//! What kind of failure ended a call on the way.

use h2::Reason;
use tonic::Code;

/// What happened on the way to the peer or back.
///
/// tonic's own code for it is often not the specification's: a lost connection is UNKNOWN there, and what was never sent
/// CANCELLED. [`code`](Self::code) is the one to decide by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportKind {
    /// The call was still in our own queue when its connection ended: no byte of it left.
    NeverSent,
    /// The peer refused the stream (`REFUSED_STREAM`): no handler saw the call.
    Refused,
    /// The peer is closing the connection, and said that it has not taken this stream: no handler saw the call.
    GoAway,
    /// The connection broke, or its keep-alive did, while the call was on it: a handler may have seen it, or not.
    ConnectionLost,
    /// The stream was reset, for the reason with this number (RFC 9113, section 7).
    Reset {
        /// The HTTP/2 error code, such as 8 for `CANCEL`.
        reason: u32,
    },
    /// A timeout of tonic's own: of the endpoint, of the server, or the one that `grpc-timeout` says.
    Timeout,
    /// No connection could be made. Nothing was sent, but to try again at once is of no use.
    Connect,
    /// An error of a service below that is none of these.
    Other,
}

// === impl TransportKind ===

impl TransportKind {
    pub(super) fn reset(reason: Reason) -> Self {
        Self::Reset {
            reason: reason.into(),
        }
    }

    /// The code that the specification has for it, on the side of the caller; nothing for [`Other`](Self::Other), whose
    /// status is as good as any.
    ///
    /// For a server, whose peer is the caller, a lost connection is CANCELLED.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        match *self {
            Self::NeverSent
            | Self::Refused
            | Self::GoAway
            | Self::ConnectionLost
            | Self::Connect => Some(Code::Unavailable),
            Self::Reset { reason } => Some(reset_code(Reason::from(reason))),
            Self::Timeout => Some(Code::DeadlineExceeded),
            Self::Other => None,
        }
    }
}

/// The table of `PROTOCOL-HTTP2.md`. Others, also those to come, are UNKNOWN.
fn reset_code(reason: Reason) -> Code {
    match reason {
        Reason::NO_ERROR
        | Reason::PROTOCOL_ERROR
        | Reason::INTERNAL_ERROR
        | Reason::FLOW_CONTROL_ERROR
        | Reason::SETTINGS_TIMEOUT
        | Reason::FRAME_SIZE_ERROR
        | Reason::COMPRESSION_ERROR
        | Reason::CONNECT_ERROR => Code::Internal,
        Reason::REFUSED_STREAM => Code::Unavailable,
        Reason::CANCEL => Code::Cancelled,
        Reason::ENHANCE_YOUR_CALM => Code::ResourceExhausted,
        Reason::INADEQUATE_SECURITY => Code::PermissionDenied,
        _ => Code::Unknown,
    }
}
