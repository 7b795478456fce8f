//! Law 8. An interceptor covers all four call types, and nothing reaches a handler around the chain.

use http::{Method, Request, header::CONTENT_TYPE};
use tonic::{Status, body::Body};

use interceptor_core::BoxInterceptor;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        body::{Log, body, data},
        chain::Reject,
        echo::Echo,
    },
    world::World,
};

/// tonic's server runs a handler for each of these.
const METHODS: [Method; 6] = [
    Method::POST,
    Method::GET,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];
const CONTENT_TYPES: [Option<&str>; 5] = [
    Some("application/grpc"),
    Some("application/grpc+proto"),
    Some("text/plain"),
    Some("application/json"),
    None,
];

pub(crate) async fn holds(cell: Cell, subject: &Subject) -> Verdict {
    let ran: Log<&str> = Log::new();
    let echo = Echo { ran: ran.clone() };
    let reject = Reject::with(Status::permission_denied("no"));
    let chain = vec![BoxInterceptor::new(reject.clone())];
    let world = World::new(cell, subject, chain, echo.routes()).await;
    for method in METHODS {
        for content_type in CONTENT_TYPES {
            let request = request(&world, &method, content_type);
            let _ = world.send(request).await;
            let what = format!("{method} with the content-type {content_type:?}");
            ensure(ran.take().is_empty(), || {
                format!("{what} reached the handler around the chain")
            })?;
            let seen = reject.calls.take().len();
            ensure(seen == 1, || format!("{what} was intercepted {seen} times"))?;
        }
    }
    Ok(())
}

fn request(world: &World, method: &Method, content_type: Option<&str>) -> Request<Body> {
    let mut request = world.request(body([data("x")]));
    *request.method_mut() = method.clone();
    request.headers_mut().remove(CONTENT_TYPE);
    if let Some(content_type) = content_type {
        let content_type = content_type.parse().unwrap();
        request.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    request
}
