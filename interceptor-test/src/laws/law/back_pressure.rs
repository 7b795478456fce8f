//! Law 9. Back-pressure is that of the bare service: who reads once makes the producer produce once, and nobody waits for a
//! message that is not asked for.

use http::Request;
use interceptor_core::tonic::{Code, body::Body};

use crate::{
    ScriptedBody,
    laws::{
        body::{answer, next, say},
        gauge::{End, Way},
        scene::{Chain, Scene, Verdict, ensure},
        world::{self, World, service},
    },
};

const MESSAGES: usize = 16;

pub(super) async fn holds(scene: &Scene) -> Verdict {
    early_answer(scene).await?;
    of_responses(scene).await?;
    of_requests(scene).await?;
    one_by_one(scene).await
}

fn messages(count: usize) -> ScriptedBody {
    (0..count).fold(ScriptedBody::new(), |body, number| {
        body.text(&number.to_string())
    })
}

/// A unary response is one message, and is read to its end.
async fn of_responses(scene: &Scene) -> Verdict {
    let count = if scene.streams_responses() {
        MESSAGES
    } else {
        1
    };
    let handler = service(move |_| async move { Ok(answer(messages(count).ok())) });
    let world = World::new(scene, Chain::default(), handler).await;
    if let Some(response) = world.reach(say("x")).await? {
        read_slowly(&mut response.into_body()).await;
    }
    in_step(&world, Way::Response)
}

async fn of_requests(scene: &Scene) -> Verdict {
    let handler = service(|request: Request<Body>| async move {
        read_slowly(&mut request.into_body()).await;
        Ok(answer(say("x").ok()))
    });
    let world = World::new(scene, Chain::default(), handler).await;
    let count = if scene.streams_requests() {
        MESSAGES
    } else {
        1
    };
    world.call(messages(count)).await;
    in_step(&world, Way::Request)
}

/// Time for whoever reads ahead.
async fn read_slowly(body: &mut Body) {
    while let Some(Ok(_)) = next(body).await {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
}

fn in_step(world: &World<'_>, way: Way) -> Verdict {
    let most = world.between.held(way).most_frames;
    ensure(most <= 1, || {
        format!("of a {way:?}, {most} messages were under way that nobody had asked for")
    })
}

/// A message passes without the one behind it.
async fn one_by_one(scene: &Scene) -> Verdict {
    if !scene.streams_responses() {
        return Ok(());
    }
    let handler = service(|request: Request<Body>| async move {
        let first = next(&mut request.into_body()).await.ok_or("no message")??;
        let first = first.into_data().unwrap_or_default();
        Ok(answer(ScriptedBody::new().data(first).hang()))
    });
    let world = World::new(scene, Chain::default(), handler).await;
    let mut request = say("first");
    if scene.streams_requests() {
        request = request.hang();
    }
    let Some(response) = world.reach(request).await? else {
        return Ok(());
    };
    let first = next(&mut response.into_body()).await;
    ensure(matches!(first, Some(Ok(_))), || {
        format!("the first message did not arrive by itself: {first:?}")
    })
}

/// A server may answer while the client still sends: nobody waits for the rest of the request.
async fn early_answer(scene: &Scene) -> Verdict {
    let handler = service(|_| async { Ok(answer(say("early").ok())) });
    let world = World::new(scene, Chain::default(), handler).await;
    // It comes to its end, so that who waits for that does not hang.
    let Some(response) = world.reach(say("x").slow(5_000)).await? else {
        return Ok(());
    };
    let end = world.above.read().request.end;
    // Who reads a unary request has read it to its end.
    let may_wait = scene.promises.reads_requests && !scene.streams_requests();
    ensure(end != Some(End::Clean) || may_wait, || {
        "the answer waited for the rest of the request".to_owned()
    })?;
    let (code, texts) = world::read(response).await;
    let is_it = code == Code::Ok && (texts == ["early"] || !scene.promises.passes_through);
    ensure(is_it, || {
        format!("an early answer arrived as {code:?} {texts:?}")
    })
}
