//! What lets calls pass the chain by, or runs them although nobody asked.

use http::Request;
use interceptor_core::{BoxInterceptor, CallKind, Side};
use tonic::body::Body;
use tower::ServiceExt as _;

use super::{Mutant, Subject};
use crate::support::{
    Svc, around,
    body::{Read, body as scripted},
    service,
};

/// The chain, for the requests that are chosen; the others go below by themselves.
pub(super) fn only(
    side: Side,
    chain: Vec<BoxInterceptor>,
    below: Svc,
    is_chosen: fn(&Request<Body>) -> bool,
) -> Svc {
    let chained = around(side, chain, below.clone());
    service(move |request: Request<Body>| {
        let to = if is_chosen(&request) {
            &chained
        } else {
            &below
        };
        to.clone().oneshot(request)
    })
}

/// Written for unary calls, and silent about the others.
pub(crate) fn passes_streams_by() -> Mutant {
    let subject = Subject::new("passes_streams_by", |side, chain, below| {
        only(side, chain, below, |request| {
            super::kind_of(request) == Some(CallKind::UnaryUnary)
        })
    });
    Mutant {
        subject,
        law: "8",
        says: "around the chain",
        breaks: |kind, _| kind != CallKind::UnaryUnary,
        pitfalls: &[],
    }
}

/// tonic's server runs a handler whatever the content-type says.
pub(crate) fn trusts_the_content_type() -> Mutant {
    let subject = Subject::new("trusts_the_content_type", |side, chain, below| {
        only(side, chain, below, |request| {
            let content_type = request.headers().get("content-type");
            content_type.is_some_and(|it| it.as_bytes().starts_with(b"application/grpc"))
        })
    });
    Mutant {
        subject,
        law: "8",
        says: "text/plain",
        breaks: |_, _| true,
        pitfalls: &[],
    }
}

/// tonic's server runs a handler whatever the HTTP method is.
pub(crate) fn intercepts_post_alone() -> Mutant {
    let subject = Subject::new("intercepts_post_alone", |side, chain, below| {
        only(side, chain, below, |request| {
            request.method() == http::Method::POST
        })
    });
    Mutant {
        subject,
        law: "8",
        says: "GET",
        breaks: |_, _| true,
        pitfalls: &[],
    }
}

/// Asks below first, and the chain then.
pub(crate) fn runs_below_all_the_same() -> Mutant {
    let subject = Subject::new("runs_below_all_the_same", |side, chain, below| {
        let chained = around(side, chain, below.clone());
        service(move |request: Request<Body>| {
            let (chained, below) = (chained.clone(), below.clone());
            let path = request.uri().clone();
            async move {
                let early = Request::post(path).body(scripted([]))?;
                let _ = below.oneshot(early).await;
                chained.oneshot(request).await
            }
        })
    });
    Mutant {
        subject,
        law: "4",
        says: "what is below was called 1 times",
        breaks: |_, _| true,
        pitfalls: &[],
    }
}

/// Has the whole request before it asks whether the caller may have sent it.
pub(crate) fn reads_before_it_asks() -> Mutant {
    fn broken(below: Svc) -> Svc {
        super::body::requests(below, |request| async {
            let (parts, body) = request.into_parts();
            let steps = Read::to_end(body).await.chunks;
            let steps = steps.into_iter().map(crate::support::body::Step::Data);
            Request::from_parts(parts, scripted(steps))
        })
    }
    Mutant {
        subject: Subject::above("reads_before_it_asks", broken),
        law: "4",
        says: "for nothing",
        breaks: |_, _| true,
        pitfalls: &[],
    }
}

/// A rejection made for one message, also where a stream is waited for: the caller sees an empty answer that went well.
pub(crate) fn rejects_with_an_empty_answer() -> Mutant {
    let subject = Subject::new("rejects_with_an_empty_answer", |side, chain, below| {
        let chained = around(side, chain, below);
        service(move |request: Request<Body>| {
            let chained = chained.clone();
            let streams = super::kind_of(&request).is_some_and(CallKind::server_streaming);
            async move {
                let result = chained.oneshot(request).await;
                let is_rejected = match &result {
                    Ok(response) => response.headers().contains_key("grpc-status"),
                    Err(_) => true,
                };
                if streams && is_rejected {
                    return Ok(crate::support::body::answer([crate::support::body::ok()]));
                }
                result
            }
        })
    });
    Mutant {
        subject,
        law: "4",
        says: "a rejection arrives as Ok",
        breaks: |kind, _| kind.server_streaming(),
        pitfalls: &[32],
    }
}
