//! What breaks the contracts at the edges of a layer: tower's, HTTP's, and that of bodies.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use interceptor_core::{CallKind, Side};
use tonic::{Status, body::Body};
use tower::{Service, ServiceExt as _};

use super::{
    Mutant, Subject,
    body::{Polled, requests, responses},
};
use crate::support::{BoxError, Svc, around, body::Log, erase, service};

type Future = futures_util::future::BoxFuture<'static, Result<Response<Body>, BoxError>>;

/// Says that it is ready, whatever is below, and calls.
#[derive(Clone)]
struct AlwaysReady(Svc);

impl Service<Request<Body>> for AlwaysReady {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Future;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Future {
        Box::pin(self.0.call(request))
    }
}

pub(crate) fn ignores_readiness() -> Mutant {
    Mutant {
        subject: Subject::above("ignores_readiness", |below| erase(AlwaysReady(below))),
        law: "P9",
        says: "the layer is ready, and what is below it is not",
        breaks: |_, _| true,
        pitfalls: &[9],
    }
}

/// Makes one instance ready, and calls another.
#[derive(Clone)]
struct CallsAClone(Svc);

impl Service<Request<Body>> for CallsAClone {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> Future {
        let mut clone = self.0.clone();
        Box::pin(async move { clone.call(request).await })
    }
}

pub(crate) fn calls_an_unready_clone() -> Mutant {
    Mutant {
        subject: Subject::below("calls_an_unready_clone", |below| erase(CallsAClone(below))),
        law: "P10",
        says: "it panicked",
        breaks: |_, _| true,
        pitfalls: &[10],
    }
}

/// What failed is told as a text.
pub(crate) fn makes_failures_texts() -> Mutant {
    fn broken(below: Svc) -> Svc {
        erase(below.map_err(|error| BoxError::from(error.to_string())))
    }
    Mutant {
        subject: Subject::below("makes_failures_texts", broken),
        law: "P11",
        says: "full is told as",
        breaks: |_, _| true,
        pitfalls: &[11],
    }
}

pub(crate) fn makes_everything_post() -> Mutant {
    fn broken(below: Svc) -> Svc {
        requests(below, |mut request| async {
            *request.method_mut() = http::Method::POST;
            request
        })
    }
    Mutant {
        subject: Subject::below("makes_everything_post", broken),
        law: "P7",
        says: "arrives as [\"POST Some",
        breaks: |_, _| true,
        pitfalls: &[7],
    }
}

/// A request that is put together anew from its headers and its body.
pub(crate) fn loses_extensions() -> Mutant {
    fn broken(below: Svc) -> Svc {
        requests(below, |mut request| async {
            request.extensions_mut().clear();
            request
        })
    }
    Mutant {
        subject: Subject::above("loses_extensions", broken),
        law: "P8",
        says: "the extensions of a request",
        breaks: |_, _| true,
        pitfalls: &[8],
    }
}

pub(crate) fn loses_extensions_of_responses() -> Mutant {
    fn broken(below: Svc) -> Svc {
        responses(below, |mut response| async {
            response.extensions_mut().clear();
            response
        })
    }
    Mutant {
        subject: Subject::below("loses_extensions_of_responses", broken),
        law: "P8",
        says: "the extensions of a response",
        breaks: |_, _| true,
        pitfalls: &[8],
    }
}

/// At its end with its first message, it says, with the trailers still to come.
struct EndsEarly {
    body: Body,
    given: bool,
}

impl http_body::Body for EndsEarly {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        self.given = true;
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.given || self.body.is_end_stream()
    }
}

pub(crate) fn ends_before_its_trailers() -> Mutant {
    fn broken(below: Svc) -> Svc {
        responses(below, |response| async {
            response.map(|body| Body::new(EndsEarly { body, given: false }))
        })
    }
    Mutant {
        subject: Subject::above("ends_before_its_trailers", broken),
        law: "P3",
        says: "its end",
        breaks: |_, _| true,
        pitfalls: &[3],
    }
}

/// Sends each request of a chain with the headers of the first.
pub(crate) fn sends_the_first_request_again() -> Mutant {
    let subject = Subject::new("sends_the_first_request_again", |side, chain, below| {
        let first = Log::new();
        let again = service(move |mut request: Request<Body>| {
            let mut headers = first.take();
            let headers = headers.pop().unwrap_or_else(|| request.headers().clone());
            first.push(headers.clone());
            *request.headers_mut() = headers;
            below.clone().oneshot(request)
        });
        around(side, chain, again)
    });
    Mutant {
        subject,
        law: "P37",
        says: "two attempts arrived as [(\"0\"",
        breaks: |_, _| true,
        pitfalls: &[15, 37],
    }
}

/// Messages are shown where there is one each way.
pub(crate) fn shows_unary_calls_alone() -> Mutant {
    let subject = Subject::new(
        "shows_unary_calls_alone",
        |side: Side, chain, below: Svc| {
            let chained = around(side, chain, below.clone());
            super::by_kind(chained, below, |kind| kind != CallKind::UnaryUnary)
        },
    );
    Mutant {
        subject,
        law: "P42",
        says: "[] was seen",
        breaks: |kind, _| kind != CallKind::UnaryUnary,
        pitfalls: &[42],
    }
}
