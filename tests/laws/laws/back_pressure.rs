//! Law 9. Back-pressure is that of the bare service: who reads once makes the producer produce once, and nobody waits for a
//! message that is not asked for.

use tonic::{Code, body::Body};

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    gauge::{End, Way},
    mutants::Subject,
    support::{
        body::{Step, answer, body, data, next, ok, respond},
        service,
    },
    world::{self, World},
};

const MESSAGES: usize = 16;

pub(crate) async fn holds(cell: Cell, subject: &Subject) -> Verdict {
    early_answer(cell, subject).await?;
    of_responses(cell, subject).await?;
    of_requests(cell, subject).await?;
    one_by_one(cell, subject).await
}

fn messages() -> impl Iterator<Item = Step> {
    (0..MESSAGES).map(|number| data(&number.to_string()))
}

/// A unary response is one message, and is read to its end.
async fn of_responses(cell: Cell, subject: &Subject) -> Verdict {
    let is_stream = cell.streams_responses();
    let handler = service(move |_| async move {
        let messages = messages().take(if is_stream { MESSAGES } else { 1 });
        Ok(answer(messages.chain([ok()])))
    });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    let response = world.open(body([data("x")])).await;
    let mut response = response.map_err(|it| it.to_string())?.into_body();
    read_slowly(&mut response).await;
    in_step(&world, Way::Response)
}

async fn of_requests(cell: Cell, subject: &Subject) -> Verdict {
    let handler = service(|request: http::Request<Body>| async move {
        read_slowly(&mut request.into_body()).await;
        Ok(answer([data("x"), ok()]))
    });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    let count = if cell.streams_requests() { MESSAGES } else { 1 };
    world.call(body(messages().take(count))).await;
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

fn in_step(world: &World, way: Way) -> Verdict {
    let most = world.between.held(way).most_frames;
    ensure(most <= 1, || {
        format!("of a {way:?}, {most} messages were under way that nobody had asked for")
    })
}

/// A message passes without the one behind it.
async fn one_by_one(cell: Cell, subject: &Subject) -> Verdict {
    if !cell.streams_responses() {
        return Ok(());
    }
    let handler = service(|request: http::Request<Body>| async move {
        let first = next(&mut request.into_body()).await.ok_or("no message")??;
        let first = first.into_data().unwrap_or_default();
        Ok(respond(body([Step::Data(first), Step::Hang])))
    });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    let hangs = cell.streams_requests().then_some(Step::Hang);
    let request = body([data("first")].into_iter().chain(hangs));
    let response = world.open(request).await;
    let mut response = response.map_err(|it| it.to_string())?.into_body();
    let first = next(&mut response).await;
    ensure(matches!(first, Some(Ok(_))), || {
        format!("the first message did not arrive by itself: {first:?}")
    })
}

/// A server may answer while the client still sends: nobody waits for the rest of the request.
async fn early_answer(cell: Cell, subject: &Subject) -> Verdict {
    let handler = service(|_| async { Ok(answer([data("early"), ok()])) });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    // It comes to its end, so that who waits for that does not hang.
    let slow = std::iter::repeat_n(Step::Wait, 5_000);
    let request = std::iter::once(data("x")).chain(slow);
    let response = world.open(body(request)).await;
    let response = response.map_err(|it| it.to_string())?;
    let end = world.above.read().request.end;
    ensure(end != Some(End::Clean), || {
        "the answer waited for the rest of the request".to_owned()
    })?;
    let (code, texts) = world::read(response).await;
    ensure(code == Code::Ok && texts == ["early"], || {
        format!("an early answer arrived as {code:?} {texts:?}")
    })
}
