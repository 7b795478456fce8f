//! Reads what happened out of the errors of tonic, hyper and h2.
//!
//! By their types and not by the code that tonic makes of them: that depends on tonic's features (without `server`, each
//! reset is UNKNOWN), and is not the specification's in the most common cases.

use std::{error::Error, iter};

use tonic::{ConnectError, TimeoutExpired};

use super::kind::TransportKind;

/// The error and its sources, the outermost first.
pub(super) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| error.source())
}

/// What this one error says, its sources apart.
pub(super) fn classify(error: &(dyn Error + 'static)) -> Option<TransportKind> {
    if error.is::<TimeoutExpired>() {
        return Some(TransportKind::Timeout);
    }
    if error.is::<ConnectError>() {
        return Some(TransportKind::Connect);
    }
    if let Some(error) = error.downcast_ref::<hyper::Error>() {
        return of_hyper(error);
    }
    error.downcast_ref::<h2::Error>().and_then(of_h2)
}

/// Nothing for an error that stands for its source: one of h2's, or of the stream that the caller sends.
fn of_hyper(error: &hyper::Error) -> Option<TransportKind> {
    if error.is_canceled() {
        return Some(TransportKind::NeverSent);
    }
    let io = error
        .source()
        .is_some_and(<dyn Error>::is::<std::io::Error>);
    let lost = io && !error.is_user()
        || error.is_timeout() // of keep-alive: calls have none in hyper
        || error.is_closed()
        || error.is_incomplete_message()
        || is_dispatch_gone(error);
    lost.then_some(TransportKind::ConnectionLost)
}

/// The task that drives the connection ended with the call in its hands. Most likely it was not sent, but nothing proves
/// it. There is no predicate for it, only the text.
fn is_dispatch_gone(error: &hyper::Error) -> bool {
    error.is_user() && error.to_string() == "dispatch task is gone"
}

fn of_h2(error: &h2::Error) -> Option<TransportKind> {
    if error.is_io() {
        return Some(TransportKind::ConnectionLost);
    }
    let reason = error.reason()?;
    Some(match (error.is_go_away(), error.is_remote()) {
        // Streams that the peer did take are not told of a GOAWAY.
        (true, true) => TransportKind::GoAway,
        // We closed it, over a mistake of the peer.
        (true, false) => TransportKind::ConnectionLost,
        (false, true) if reason == h2::Reason::REFUSED_STREAM => TransportKind::Refused,
        (false, _) => TransportKind::reset(reason),
    })
}
