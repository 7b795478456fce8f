//! What web pages do not understand.

use http::{HeaderValue, Response};
use tonic::body::Body;

use interceptor_core::Side;

use super::{
    Mutant, Subject,
    body::{Polled, mapped, responses},
};
use crate::support::Svc;

fn is_a_server(side: Side) -> bool {
    side == Side::Server
}

/// A body that was collected into its bytes: the trailers are gone, and an error looks like a success.
pub(crate) fn answers_without_a_status() -> Mutant {
    fn without(polled: Polled) -> Polled {
        polled.map(|frame| frame.filter(|it| !matches!(it, Ok(frame) if frame.is_trailers())))
    }
    fn broken(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|body| mapped(body, without))
        })
    }
    Mutant {
        subject: Subject::above("answers_without_a_status", broken),
        law: "P29",
        says: "an answer that ends with 0 says []",
        breaks: |_, side| is_a_server(side),
        pitfalls: &[29],
    }
}

/// It knows early how a call will end, it thinks.
pub(crate) fn answers_with_two_statuses() -> Mutant {
    async fn early(mut response: Response<Body>) -> Response<Body> {
        let headers = response.headers_mut();
        if !headers.contains_key("grpc-status") {
            headers.insert("grpc-status", HeaderValue::from_static("0"));
        }
        response
    }
    fn broken(below: Svc) -> Svc {
        responses(below, early)
    }
    Mutant {
        subject: Subject::above("answers_with_two_statuses", broken),
        law: "P29",
        says: "an answer that ends with 0 says [\"0\", \"0\"]",
        breaks: |_, side| is_a_server(side),
        pitfalls: &[29],
    }
}
