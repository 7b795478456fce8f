//! What goes on when the caller has left, or makes an end of a break.

use std::task::Poll;

use http::Request;
use interceptor_core::Side;
use tonic::body::Body;
use tower::ServiceExt as _;

use super::{
    Mutant, Subject,
    body::{Polled, mapped, requests, responses},
    pump::pumped,
};
use crate::support::{Svc, service};

/// The call is a task of its own, which nobody ends.
pub(crate) fn keeps_calling_after_a_drop() -> Mutant {
    fn broken(below: Svc) -> Svc {
        service(move |request: Request<Body>| {
            let below = below.clone();
            async move {
                let call = tokio::spawn(below.oneshot(request));
                call.await?
            }
        })
    }
    Mutant {
        subject: Subject::below("keeps_calling_after_a_drop", broken),
        law: "5",
        says: "went on",
        breaks: |_, _| true,
        pitfalls: &[20],
    }
}

/// The response is read by a task of its own, which notices too late that nobody wants it.
pub(crate) fn keeps_reading_after_a_drop() -> Mutant {
    fn broken(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|body| pumped(body, usize::MAX))
        })
    }
    Mutant {
        subject: Subject::below("keeps_reading_after_a_drop", broken),
        law: "5",
        says: "the response was dropped, and what is below went on",
        breaks: |_, _| true,
        pitfalls: &[20],
    }
}

/// A break read as an end.
fn ended(polled: Polled) -> Polled {
    match polled {
        Poll::Ready(Some(Err(_))) => Poll::Ready(None),
        polled => polled,
    }
}

/// What is below takes the half for the whole.
pub(crate) fn ends_a_broken_request_cleanly() -> Mutant {
    fn broken(below: Svc) -> Svc {
        requests(below, |request| async {
            request.map(|it| mapped(it, ended))
        })
    }
    Mutant {
        subject: Subject::below("ends_a_broken_request_cleanly", broken),
        law: "5",
        says: "ended cleanly for",
        breaks: |_, _| true,
        pitfalls: &[22],
    }
}

/// The reset of a response is eaten, and an OK made up.
pub(crate) fn eats_a_reset() -> Mutant {
    fn ok(polled: Polled) -> Polled {
        match polled {
            Poll::Ready(Some(Err(_))) => {
                let mut trailers = http::HeaderMap::new();
                trailers.insert("grpc-status", 0.into());
                Poll::Ready(Some(Ok(http_body::Frame::trailers(trailers))))
            }
            polled => polled,
        }
    }
    fn broken(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|it| mapped(it, ok))
        })
    }
    Mutant {
        subject: Subject::below("eats_a_reset", broken),
        law: "5",
        says: "ended cleanly for the caller",
        breaks: |_, _| true,
        pitfalls: &[21],
    }
}

/// A panic of a body is caught, and taken for its end.
pub(crate) fn takes_a_panic_for_the_end() -> Mutant {
    fn broken(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|body| Body::new(super::pump::Unwinding(Some(body))))
        })
    }
    Mutant {
        subject: Subject::above("takes_a_panic_for_the_end", broken),
        law: "P21",
        says: "went well",
        breaks: |kind, side| side == Side::Server && kind.server_streaming(),
        pitfalls: &[21],
    }
}
