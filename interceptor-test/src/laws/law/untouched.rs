//! Law 10. Request bodies and streamed responses that nobody looks at cost nothing: no copy, no new frame, no allocation, no
//! wrapper.

use http::Request;
use interceptor_core::tonic::body::Body;

use crate::{
    ScriptedBody,
    laws::{
        body::{Read, answer, frame},
        gauge::{Flow, Reading, distance},
        scene::{Chain, Scene, Svc, Verdict, ensure},
        world::{World, service},
    },
};

pub(super) async fn holds(scene: &Scene) -> Verdict {
    let bare = World::bare(scene, handler()).await;
    let world = World::new(scene, Chain::default(), handler()).await;
    let [(above, below), (bare_above, bare_below)] = [run(&world).await, run(&bare).await];

    same_frames("request", &above.request, &below.request)?;
    same_frames("response", &below.response, &above.response)?;
    let (here, expected) = (distance(&above, &below), distance(&bare_above, &bare_below));
    ensure(here == expected, || {
        format!("the request is not the same object: {here} bytes of stack, and bare {expected}")
    })?;
    free("request", &below.request)?;
    if scene.streams_responses() {
        free("response", &above.response)?;
    }
    Ok(())
}

/// Messages in pieces, and together.
fn pieces() -> ScriptedBody {
    let (a, d) = (frame("a"), frame("d"));
    let together = [frame("b"), frame("c")].concat();
    ScriptedBody::new()
        .data(a.slice(..3))
        .data(a.slice(3..))
        .data(together)
        .data(d.slice(..7))
        .data(d.slice(7..))
}

fn handler() -> Svc {
    service(|request: Request<Body>| async move {
        Read::to_end(request.into_body()).await;
        Ok(answer(pieces().ok()))
    })
}

async fn run(world: &World<'_>) -> (Reading, Reading) {
    if let Ok(response) = world.open(pieces()).await {
        Read::to_end(response.into_body()).await;
    }
    (world.above.read(), world.below.read())
}

/// Each frame is the very memory that came in.
fn same_frames(what: &str, entered: &Flow, left: &Flow) -> Verdict {
    let (entered, left) = (&entered.frames, &left.frames);
    ensure(!left.is_empty() && entered == left, || {
        let lengths =
            |frames: &[(usize, usize)]| -> Vec<_> { frames.iter().map(|it| it.1).collect() };
        let (before, after) = (lengths(entered), lengths(left));
        let how = if before == after {
            "copied"
        } else {
            "cut anew"
        };
        format!("the frames of the {what} are {how}: {before:?} came in, {after:?} out")
    })
}

fn free(what: &str, flow: &Flow) -> Verdict {
    let count = flow.allocations;
    ensure(count == 0, || {
        format!("the frames of the {what} took {count} allocations")
    })
}
