//! Law 7. Memory is bounded: nothing is buffered that a limit does not bound.

use bytes::Bytes;
use tonic::body::Body;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    gauge::Way,
    mutants::Subject,
    support::{
        body::{Step, answer, body, data, next, ok},
        service,
    },
    world::World,
};

const CHUNK: usize = 1 << 16;
/// The default of both limits, and what is read in one go.
const BOUND: usize = (4 << 20) + 2 * CHUNK;
/// Of what there is no end; who asks for more has shown that he has no limit.
const CHUNKS: usize = BOUND / CHUNK * 5 / 4;

pub(crate) async fn holds(cell: Cell, subject: &Subject) -> Verdict {
    of_responses(cell, subject).await?;
    of_requests(cell, subject).await
}

/// A message of four gibibytes, says its prefix; or messages without end.
fn endless(is_stream: bool) -> impl Iterator<Item = Step> + Send {
    let payload = CHUNK - 5;
    let mut prefix = vec![0; 5];
    prefix[1..].copy_from_slice(&if is_stream {
        u32::try_from(payload).unwrap().to_be_bytes()
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
    let others = std::iter::repeat_n(others, CHUNKS - 1);
    std::iter::once(first).chain(others).map(Step::Data)
}

/// The caller reads slowly.
async fn of_responses(cell: Cell, subject: &Subject) -> Verdict {
    let is_stream = cell.streams_responses();
    let handler = service(move |_| async move { Ok(answer(endless(is_stream).chain([ok()]))) });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    if let Ok(response) = world.open(body([data("x")])).await {
        read_slowly(response.into_body()).await;
    }
    bounded(&world, Way::Response)
}

/// The handler reads slowly, and answers when he has had enough.
async fn of_requests(cell: Cell, subject: &Subject) -> Verdict {
    let handler = service(|request: http::Request<Body>| async move {
        read_slowly(request.into_body()).await;
        Ok(answer([data("x"), ok()]))
    });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    world.call(body(endless(cell.streams_requests()))).await;
    bounded(&world, Way::Request)
}

/// Some frames, and much time for others between them.
async fn read_slowly(mut body: Body) {
    for _ in 0..8 {
        if !matches!(next(&mut body).await, Some(Ok(_))) {
            return;
        }
        for _ in 0..10_000 {
            tokio::task::yield_now().await;
        }
    }
}

fn bounded(world: &World, way: Way) -> Verdict {
    let most = world.between.held(way).most_bytes;
    ensure(most <= BOUND.cast_signed(), || {
        format!("of a {way:?}, {most} bytes were kept, and the limits allow for {BOUND}")
    })
}
