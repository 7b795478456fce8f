//! Law 2. First in the chain is outermost: in A, in B, out B, out A.

use interceptor_core::BoxInterceptor;

use crate::laws::{
    body::{Log, Read, answer, say},
    links::Trace,
    scene::{Chain, Scene, Svc, Verdict, ensure},
    world::{World, service},
};

pub(super) async fn holds(scene: &Scene) -> Verdict {
    let log = Log::new();
    let trace = |name| {
        let log = log.clone();
        BoxInterceptor::new(Trace { name, log })
    };
    let chain = Chain {
        outside: vec![trace("a"), trace("b")],
        inside: Vec::new(),
    };
    let world = World::new(scene, chain, handler(&log)).await;
    world.call(say("x")).await;
    if world.is_answered() {
        return Ok(());
    }
    let seen = log.take().join(", ");
    ensure(seen == expected(scene), || {
        format!("the order is {seen}, and not {}", expected(scene))
    })
}

/// Reads the request to its end, and answers.
fn handler(log: &Log<String>) -> Svc {
    let log = log.clone();
    service(move |request| {
        let log = log.clone();
        async move {
            Read::to_end(request.into_body()).await;
            log.push("below".to_owned());
            Ok(answer(say("x").ok()))
        }
    })
}

/// The end of a streamed response comes behind its messages.
fn expected(scene: &Scene) -> &'static str {
    if scene.streams_responses() {
        "a in, b in, a request, b request, below, b out, a out, b reply, a reply, b end, a end"
    } else {
        "a in, b in, a request, b request, below, b end, b out, b reply, a end, a out, a reply"
    }
}
