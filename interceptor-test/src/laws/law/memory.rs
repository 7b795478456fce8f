//! Law 7. Memory is bounded: nothing is buffered that a limit does not bound.

use bytes::Bytes;
use http::Request;
use interceptor_core::tonic::body::Body;

use crate::{
    ScriptedBody,
    laws::{
        body::{answer, next, say},
        gauge::Way,
        scene::{Chain, Scene, Verdict, ensure},
        world::{World, service},
    },
};

const CHUNK: usize = 1 << 16;

pub(super) async fn holds(scene: &Scene) -> Verdict {
    of_responses(scene).await?;
    of_requests(scene).await
}

/// What may be kept, and what is read in one go.
fn bound(scene: &Scene) -> usize {
    scene.promises.max_kept_bytes + 2 * CHUNK
}

/// A message of four gibibytes, says its prefix; or messages without end. Who asks for more than is here has shown that he
/// has no limit.
fn endless(bound: usize, is_stream: bool) -> ScriptedBody {
    let payload = CHUNK - 5;
    let mut prefix = vec![0; 5];
    prefix[1..].copy_from_slice(&if is_stream {
        u32::try_from(payload).unwrap_or(u32::MAX).to_be_bytes()
    } else {
        u32::MAX.to_be_bytes()
    });
    prefix.resize(CHUNK, 0);
    let first = Bytes::from(prefix);
    let others = if is_stream {
        first.clone()
    } else {
        vec![0; CHUNK].into()
    };
    let chunks = bound / CHUNK * 5 / 4;
    let first = ScriptedBody::new().data(first);
    (1..chunks).fold(first, |body, _| body.data(others.clone()))
}

/// The caller reads slowly.
async fn of_responses(scene: &Scene) -> Verdict {
    let (bound, is_stream) = (bound(scene), scene.streams_responses());
    let handler = service(move |_| async move { Ok(answer(endless(bound, is_stream).ok())) });
    let world = World::new(scene, Chain::default(), handler).await;
    if let Ok(response) = world.open(say("x")).await {
        read_slowly(response.into_body(), scene.ground.turns()).await;
    }
    bounded(&world, Way::Response)
}

/// The handler reads slowly, and answers when he has had enough.
async fn of_requests(scene: &Scene) -> Verdict {
    let turns = scene.ground.turns();
    let handler = service(move |request: Request<Body>| async move {
        read_slowly(request.into_body(), turns).await;
        Ok(answer(say("x").ok()))
    });
    let world = World::new(scene, Chain::default(), handler).await;
    let request = endless(bound(scene), scene.streams_requests());
    world.call(request).await;
    bounded(&world, Way::Request)
}

/// Some frames, and much time for others between them.
async fn read_slowly(mut body: Body, turns: usize) {
    for _ in 0..8 {
        if !matches!(next(&mut body).await, Some(Ok(_))) {
            return;
        }
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
    }
}

fn bounded(world: &World<'_>, way: Way) -> Verdict {
    let most = world.between.held(way).most_bytes;
    let bound = bound(world.scene);
    ensure(most <= bound.cast_signed(), || {
        format!("of a {way:?}, {most} bytes were kept, and the limits allow for {bound}")
    })
}
