//! Law 8. An interceptor covers all four call types, or says what it does with the rest; and nothing reaches a handler
//! around the chain.

use http::{Method, Request, header::CONTENT_TYPE};
use interceptor_core::{
    BoxInterceptor,
    tonic::{Code, Status, body::Body},
};

use crate::laws::{
    body::{Log, Read, answer, say},
    links::Reject,
    scene::{Chain, Scene, Svc, Verdict, ensure},
    world::{World, service},
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

pub(super) async fn holds(scene: &Scene) -> Verdict {
    is_served(scene).await?;
    let ran: Log<()> = Log::new();
    let reject = Reject::with(Status::permission_denied("no"));
    let chain = Chain::inside(BoxInterceptor::new(reject.clone()));
    let world = World::new(scene, chain, running(&ran)).await;
    for method in METHODS {
        for content_type in CONTENT_TYPES {
            let request = request(&world, &method, content_type);
            let _ = world.send(request).await;
            let what = format!("{method} with the content-type {content_type:?}");
            ensure(ran.take().is_empty(), || {
                format!("{what} reached the handler around the chain")
            })?;
            let seen = reject.calls.take().len();
            ensure(seen == 1 || !scene.promises.is_a_layer, || {
                format!("{what} was intercepted {seen} times")
            })?;
        }
    }
    Ok(())
}

/// A call that nothing is wrong with arrives; or, of a call type that is not taken, is rejected or handed on.
async fn is_served(scene: &Scene) -> Verdict {
    let ran = Log::new();
    let world = World::new(scene, Chain::default(), running(&ran)).await;
    let (code, texts) = world.call(say("x")).await;
    let calls = ran.count();
    let is_well = code == Code::Ok && calls > 0;
    if scene.promises.takes(scene.case.kind()) {
        return ensure(is_well || scene.promises.may_answer, || {
            format!(
                "a call that nothing is wrong with comes to {code:?} {texts:?}, and what is below was called {calls} times"
            )
        });
    }
    let is_rejected = code == Code::Unimplemented && calls == 0;
    ensure(is_well || is_rejected, || {
        format!(
            "a call of a type that is not taken is neither rejected nor handed on, but comes to {code:?}"
        )
    })
}

/// A handler that writes down that it ran.
fn running(ran: &Log<()>) -> Svc {
    let ran = ran.clone();
    service(move |request: Request<Body>| {
        let ran = ran.clone();
        async move {
            ran.push(());
            Read::to_end(request.into_body()).await;
            Ok(answer(say("x").ok()))
        }
    })
}

fn request(
    world: &World<'_>,
    method: &Method,
    content_type: Option<&'static str>,
) -> Request<Body> {
    let mut request = world.request(say("x"));
    *request.method_mut() = method.clone();
    let headers = request.headers_mut();
    headers.remove(CONTENT_TYPE);
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, http::HeaderValue::from_static(content_type));
    }
    request
}
