//! What a body says of itself, and what it ends with.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use http::Request;
use interceptor_core::tonic::{Code, body::Body};

use crate::laws::{
    body::{Read, answer, frame, say},
    gauge::Flow,
    scene::{Chain, Scene, Verdict, ensure},
    world::{self, World, service},
};

/// P3: a body never says that it is shorter, or nearer to its end, than it is.
pub(super) async fn hints(scene: &Scene) -> Verdict {
    let handler = service(|request: Request<Body>| async move {
        Read::to_end(request.into_body()).await;
        let half = frame("y");
        let body = say("x").data(half.slice(..4)).data(half.slice(4..));
        Ok(answer(body.pending().ok()))
    });
    let world = World::new(scene, Chain::default(), handler).await;
    let response = world.reach(say("x").text("y")).await;
    // Who reads messages sees that a unary request or response has one too many.
    let is_one_way = scene.streams_requests() && scene.streams_responses();
    let may_fail = !scene.promises.is_a_layer && !is_one_way;
    let response = match response {
        Err(why) if !may_fail => return Err(why),
        Err(_) | Ok(None) => return Ok(()),
        Ok(Some(response)) => response,
    };
    ensure(!response.headers().contains_key("content-length"), || {
        "a response has a content-length".to_owned()
    })?;
    let (code, _) = world::read(response).await;
    ensure(code == Code::Ok || may_fail, || {
        format!("a body gave away its end, and the call came to {code:?}")
    })?;
    let flows = [world.above.read().response, world.below.read().request];
    let lies = |flow: Flow| flow.lie;
    let lie = flows.into_iter().find_map(lies);
    ensure(lie.is_none(), || {
        format!("a body says {}", lie.unwrap_or_default())
    })
}

/// P21: a panic in a response is never the clean end of it.
pub(super) async fn panics(scene: &Scene) -> Verdict {
    let handler = service(|_| async { Ok(answer(say("x").text("y").slow(100).panic())) });
    let world = World::new(scene, Chain::default(), handler).await;
    let called = AssertUnwindSafe(world.call(say("x"))).catch_unwind().await;
    drop(scene.ground.panicked());
    let went_well = matches!(called, Ok((Code::Ok, _)));
    ensure(!went_well || scene.promises.may_answer, || {
        "a response whose producer panicked went well".to_owned()
    })?;
    // And one without a status is none either.
    let handler = service(|_| async { Ok(answer(say("x").ends(Code::Internal, "x"))) });
    let world = World::new(scene, Chain::default(), handler).await;
    let (code, _) = world.call(say("x")).await;
    let is_told = if scene.promises.passes_through {
        code == Code::Internal
    } else {
        code != Code::Ok || scene.promises.may_answer
    };
    ensure(is_told, || format!("an error arrives as {code:?}"))
}
