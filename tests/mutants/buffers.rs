//! What keeps, or reads ahead, what nobody asked for.

use http::{Request, Response};
use tonic::body::Body;

use super::{
    Mutant, Subject,
    body::{requests, responses},
    pump::{collected, pumped},
};
use crate::support::Svc;

async fn collect_response(response: Response<Body>) -> Response<Body> {
    let (parts, body) = response.into_parts();
    Response::from_parts(parts, collected(body).await)
}

async fn collect_request(request: Request<Body>) -> Request<Body> {
    let (parts, body) = request.into_parts();
    Request::from_parts(parts, collected(body).await)
}

fn collecting(below: Svc) -> Svc {
    responses(below, collect_response)
}

/// A unary response is read ahead too, but to a bound.
pub(crate) fn keeps_whole_responses() -> Mutant {
    Mutant {
        subject: Subject::below("keeps_whole_responses", collecting),
        law: "7",
        says: "of a Response",
        breaks: |_, _| true,
        pitfalls: &[16, 30],
    }
}

pub(crate) fn keeps_whole_requests() -> Mutant {
    fn broken(below: Svc) -> Svc {
        requests(below, collect_request)
    }
    Mutant {
        subject: Subject::above("keeps_whole_requests", broken),
        law: "9",
        says: "the answer waited for the rest of the request",
        breaks: |_, _| true,
        pitfalls: &[24],
    }
}

/// A channel without a bound between who reads and who is read.
pub(crate) fn buffers_without_bound() -> Mutant {
    fn broken(below: Svc) -> Svc {
        requests(below, |request| async {
            request.map(|body| pumped(body, usize::MAX))
        })
    }
    Mutant {
        subject: Subject::below("buffers_without_bound", broken),
        law: "7",
        says: "of a Request",
        breaks: |_, _| true,
        pitfalls: &[30],
    }
}

/// A stream becomes a list, which becomes a stream again.
pub(crate) fn collects_a_stream() -> Mutant {
    Mutant {
        subject: Subject::below("collects_a_stream", collecting),
        law: "9",
        says: "of a Response, 16 messages were under way",
        breaks: |kind, _| kind.server_streaming(),
        pitfalls: &[1, 30],
    }
}

/// A channel of eight between who reads and who is read.
pub(crate) fn reads_ahead() -> Mutant {
    fn broken(below: Svc) -> Svc {
        requests(below, |request| async {
            request.map(|body| pumped(body, 8))
        })
    }
    Mutant {
        subject: Subject::below("reads_ahead", broken),
        law: "9",
        says: "of a Request",
        breaks: |kind, _| kind.client_streaming(),
        pitfalls: &[30],
    }
}

/// Keeps a message until there is another, to know whether it is the last.
pub(crate) fn holds_one_back() -> Mutant {
    fn broken(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|body| Body::new(super::cost::Late { body, kept: None }))
        })
    }
    Mutant {
        subject: Subject::below("holds_one_back", broken),
        law: "9",
        says: "of a Response, 2 messages were under way",
        breaks: |kind, _| kind.server_streaming(),
        pitfalls: &[30],
    }
}
