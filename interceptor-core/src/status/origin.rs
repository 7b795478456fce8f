//! Where a status comes from: from this program, from the way, or from the peer.

use std::error::Error;

use tonic::Status;

use super::{
    classify::{chain, classify},
    kind::TransportKind,
    marked::Marked,
};

/// Where a status comes from.
///
/// It is kept as the status' source, and only on statuses that this crate makes: from what a peer sent, and from errors
/// of the transport, whose own source is then the original error. A status that an interceptor or a handler made has
/// none, and is [`Local`](Origin::Local). An interceptor that returns a status as it came keeps its origin; one that
/// returns a new status is its origin. A handler that returns the status of a call of its own, as it came, passes that
/// origin on.
///
/// ```
/// use interceptor_core::Origin;
/// use tonic::Status;
///
/// assert_eq!(Origin::of(&Status::permission_denied("not yours")), Origin::Local);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// An interceptor, a handler, or this crate made it.
    Local,
    /// The call failed on the way.
    Transport {
        /// What happened.
        kind: TransportKind,
        /// Whether response headers had come before.
        headers_received: bool,
    },
    /// The peer sent it, in trailers or instead of a response.
    Peer {
        /// Whether response headers had come before; if not, it was sent instead of a response ("trailers-only").
        headers_received: bool,
    },
}

// === impl Origin ===

impl Origin {
    /// Where this status comes from.
    ///
    /// Of a status that passed none of our layers, such as one of a client without them, it says what the errors of
    /// tonic, hyper and h2 in its sources say. Whether headers were received is not known then, and said to be not so.
    #[must_use]
    pub fn of(status: &Status) -> Self {
        status.source().map_or(Self::Local, Self::of_error)
    }

    fn of_error(error: &(dyn Error + 'static)) -> Self {
        let of_one = |error: &(dyn Error + 'static)| match error.downcast_ref::<Marked>() {
            Some(marked) => Some(marked.origin()),
            None => classify(error).map(|kind| Self::Transport {
                kind,
                headers_received: false,
            }),
        };
        chain(error).find_map(of_one).unwrap_or(Self::Local)
    }

    /// What happened on the way, if it is that which ended the call.
    #[must_use]
    pub fn transport(&self) -> Option<TransportKind> {
        match *self {
            Self::Transport { kind, .. } => Some(kind),
            Self::Local | Self::Peer { .. } => None,
        }
    }

    /// Whether response headers had come before: the call was taken, and may not simply be sent again.
    #[must_use]
    pub fn headers_received(&self) -> bool {
        match *self {
            Self::Transport {
                headers_received, ..
            }
            | Self::Peer { headers_received } => headers_received,
            Self::Local => false,
        }
    }

    /// Whether no byte of the call left this program, for a reason that a second attempt does not have: it may be sent
    /// again as if nothing had happened, as often as needed.
    ///
    /// Not so where no connection could be made ([`TransportKind::Connect`]): a second attempt would meet the same.
    #[must_use]
    pub fn is_never_sent(&self) -> bool {
        !self.headers_received() && self.transport() == Some(TransportKind::NeverSent)
    }

    /// Whether the peer says that no handler saw the call: it may be sent again once, whatever it does.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let refused = matches!(
            self.transport(),
            Some(TransportKind::Refused | TransportKind::GoAway)
        );
        refused && !self.headers_received()
    }
}
