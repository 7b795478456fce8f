//! The peers, around the same call: each with one that does nothing, and ten of them.

use std::convert::Infallible;

use http::{Request, Response};
use tonic::{Status, body::Body, service::InterceptorLayer};
use tonic_async_interceptor::async_interceptor;
use tonic_middleware::{Middleware, MiddlewareLayer, RequestInterceptor, RequestInterceptorLayer};
use tower_layer::Layer as _;
use tower_service::Service;

use super::{
    layer::{BARE, SERVER, SERVER_TEN},
    stack::{generated, server},
};
use crate::{
    Family, Row, Scenario,
    by_hand::{Around, ToTheEnd},
    drive::unary,
    interceptors::{End, ten},
};

/// `ten!(layer)` is ten of it around the generated service.
macro_rules! ten {
    ($layer:expr) => {{
        let it = || $layer;
        let five = it().layer(it().layer(it().layer(it().layer(it().layer(generated())))));
        it().layer(it().layer(it().layer(it().layer(it().layer(five)))))
    }};
}

const TONIC: Scenario = Scenario::new("peers/tonic", |calls| {
    unary(InterceptorLayer::new(same).layer(generated()), calls);
});
const TONIC_TEN: Scenario = Scenario::new("peers/tonic-ten", |calls| {
    unary(ten!(InterceptorLayer::new(same)), calls);
});
const ASYNC: Scenario = Scenario::new("peers/async-interceptor", |calls| {
    unary(async_interceptor(same_later).layer(generated()), calls);
});
const ASYNC_TEN: Scenario = Scenario::new("peers/async-interceptor-ten", |calls| {
    unary(ten!(async_interceptor(same_later)), calls);
});
const REQUESTS: Scenario = Scenario::new("peers/middleware-requests", |calls| {
    unary(RequestInterceptorLayer::new(Same).layer(generated()), calls);
});
const REQUESTS_TEN: Scenario = Scenario::new("peers/middleware-requests-ten", |calls| {
    unary(ten!(RequestInterceptorLayer::new(Same)), calls);
});
const MIDDLEWARE: Scenario = Scenario::new("peers/middleware", |calls| {
    unary(MiddlewareLayer::new(Same).layer(generated()), calls);
});
const MIDDLEWARE_TEN: Scenario = Scenario::new("peers/middleware-ten", |calls| {
    unary(ten!(MiddlewareLayer::new(Same)), calls);
});
const AROUND: Scenario = Scenario::new("peers/tower", |calls| {
    unary(Around.layer(generated()), calls);
});
const AROUND_TEN: Scenario = Scenario::new("peers/tower-ten", |calls| {
    unary(ten!(Around), calls);
});
const TO_THE_END: Scenario = Scenario::new("peers/tower-to-the-end", |calls| {
    unary(ToTheEnd.layer(generated()), calls);
});
const TO_THE_END_TEN: Scenario = Scenario::new("peers/tower-to-the-end-ten", |calls| {
    unary(ten!(ToTheEnd), calls);
});
const END: Scenario = Scenario::new("peers/ours-end", |calls| {
    unary(server(End, generated()), calls);
});
const END_TEN: Scenario = Scenario::new("peers/ours-end-ten", |calls| {
    unary(server(ten(End), generated()), calls);
});

pub(super) const FAMILY: Family = Family {
    title: "One and ten of each peer, a unary call",
    about: "Around the generated service, over tonic alone. The peers do not do the same: what each sees is in brackets.",
    rows: &[
        Row::new("peers/bare", "tonic alone", BARE),
        over_bare(
            "peers/ours",
            "this crate, one (headers, messages, final status; all call types)",
            SERVER,
        ),
        over_bare("peers/ours-ten", "this crate, ten", SERVER_TEN),
        over_bare(
            "peers/ours-end",
            "this crate, one that asks for the end (`on_end`: code and drops too)",
            END,
        ),
        over_bare(
            "peers/ours-end-ten",
            "this crate, ten that ask for the end",
            END_TEN,
        ),
        over_bare(
            "peers/tonic",
            "tonic's `Interceptor`, one (request headers)",
            TONIC,
        ),
        over_bare("peers/tonic-ten", "tonic's `Interceptor`, ten", TONIC_TEN),
        over_bare(
            "peers/async",
            "tonic-async-interceptor, one (request headers)",
            ASYNC,
        ),
        over_bare("peers/async-ten", "tonic-async-interceptor, ten", ASYNC_TEN),
        over_bare(
            "peers/requests",
            "tonic-middleware's `RequestInterceptor`, one (request)",
            REQUESTS,
        ),
        over_bare(
            "peers/requests-ten",
            "tonic-middleware's `RequestInterceptor`, ten",
            REQUESTS_TEN,
        ),
        over_bare(
            "peers/middleware",
            "tonic-middleware's `Middleware`, one (request, response headers)",
            MIDDLEWARE,
        ),
        over_bare(
            "peers/middleware-ten",
            "tonic-middleware's `Middleware`, ten",
            MIDDLEWARE_TEN,
        ),
        over_bare(
            "peers/tower",
            "a tower layer by hand, one (request, response headers)",
            AROUND,
        ),
        over_bare("peers/tower-ten", "a tower layer by hand, ten", AROUND_TEN),
        over_bare(
            "peers/tower-end",
            "a tower layer by hand that reads the final status, one",
            TO_THE_END,
        ),
        over_bare(
            "peers/tower-end-ten",
            "a tower layer by hand that reads the final status, ten",
            TO_THE_END_TEN,
        ),
    ],
};

const fn over_bare(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of).over(BARE)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "what tonic's `Interceptor` looks like"
)]
fn same(request: tonic::Request<()>) -> Result<tonic::Request<()>, Status> {
    Ok(request)
}

async fn same_later(request: tonic::Request<()>) -> Result<tonic::Request<()>, Status> {
    Ok(request)
}

/// Both of tonic-middleware's traits, and nothing done in either.
#[derive(Debug, Clone, Copy)]
struct Same;

#[tonic::async_trait]
impl RequestInterceptor for Same {
    async fn intercept(&self, request: Request<Body>) -> Result<Request<Body>, Status> {
        Ok(request)
    }
}

#[tonic::async_trait]
impl<S> Middleware<S> for Same
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>
        + tonic_middleware::ServiceBound,
    S::Future: Send,
{
    async fn call(
        &self,
        request: Request<Body>,
        mut service: S,
    ) -> Result<Response<Body>, S::Error> {
        service.call(request).await
    }
}
