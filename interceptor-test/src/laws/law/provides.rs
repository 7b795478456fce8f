//! What an interceptor says that it provides, by `provides(…)`, is in the call's extensions when it calls `next`.

use http::Request;
use interceptor_core::{BoxInterceptor, tonic::body::Body};

use crate::laws::{
    body::{Log, Read, answer, say},
    links::Finds,
    scene::{Chain, Scene, Verdict, ensure},
    world::{World, service},
};

pub(super) async fn holds(scene: &Scene) -> Verdict {
    let missing = Log::new();
    let finds = Finds {
        types: scene.way.provides(scene.case.side()),
        missing: missing.clone(),
    };
    let handler = service(|request: Request<Body>| async move {
        Read::to_end(request.into_body()).await;
        Ok(answer(say("x").ok()))
    });
    let chain = Chain::inside(BoxInterceptor::new(finds));
    let world = World::new(scene, chain, handler).await;
    let (code, _) = world.call(say("x")).await;
    let missing = missing.take();
    ensure(missing.is_empty(), || {
        let names = missing.join("`, `");
        format!(
            "it says that it provides `{names}`, and does not put it into the call's extensions"
        )
    })?;
    let calls = world.below.read().calls;
    ensure(calls > 0 || scene.promises.may_answer, || {
        format!("nobody saw whether it provides anything: the call came to {code:?}")
    })
}
