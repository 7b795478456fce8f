//! Law 4. Not calling `next` means that nothing below ran; and the request was not read either.

use interceptor_core::{
    BoxInterceptor,
    tonic::{Code, Status},
};

use crate::laws::{
    body::{answer, say},
    links::{Answer, Reject},
    scene::{Chain, Scene, Verdict, ensure},
    world::{World, service},
};

pub(super) async fn holds(scene: &Scene) -> Verdict {
    let reject = Reject::with(Status::permission_denied("no"));
    let rejected = run(scene, BoxInterceptor::new(reject)).await?;
    let answered = run(scene, BoxInterceptor::new(Answer)).await?;
    let promises = &scene.promises;
    let (code, texts) = &rejected;
    let is_rejected = if promises.passes_through {
        *code == Code::PermissionDenied && texts.is_empty()
    } else {
        *code != Code::Ok || promises.may_answer
    };
    ensure(is_rejected, || {
        format!("a rejection arrives as {code:?} {texts:?}")
    })?;
    let is_answered = if promises.passes_through {
        answered == (Code::Ok, vec!["made".to_owned()])
    } else {
        answered.0 == Code::Ok || promises.may_answer
    };
    ensure(is_answered, || format!("an answer arrives as {answered:?}"))
}

async fn run(scene: &Scene, link: BoxInterceptor) -> Result<(Code, Vec<String>), String> {
    let handler = service(|_| async { Ok(answer(say("x").ok())) });
    let world = World::new(scene, Chain::inside(link), handler).await;
    let came = world.call(say("x")).await;
    let calls = world.below.read().calls;
    ensure(calls == 0, || {
        format!("what is below was called {calls} times")
    })?;
    let polls = world.above.read().request.polls;
    ensure(polls == 0 || scene.promises.reads_requests, || {
        format!("the request was read {polls} times, for nothing")
    })?;
    Ok(came)
}
