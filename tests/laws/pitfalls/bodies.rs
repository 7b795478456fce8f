//! What a body says of itself, and what it ends with.

use tonic::Code;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    gauge::Flow,
    mutants::Subject,
    support::{
        body::{Read, Step, answer, body, data, failed, frame, ok},
        service,
    },
    world::{self, World},
};

/// P3: a body never says that it is shorter, or nearer to its end, than it is.
pub(crate) async fn hints(cell: Cell, subject: &Subject) -> Verdict {
    let handler = service(|request| async move {
        Read::to_end(request.into_body()).await;
        let half = frame("y");
        let [first, second] = [half.slice(..4), half.slice(4..)].map(Step::Data);
        Ok(answer([data("x"), first, second, Step::Wait, ok()]))
    });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    let response = world.open(body([data("x"), data("y")])).await;
    let response = response.map_err(|status| status.to_string())?;
    ensure(!response.headers().contains_key("content-length"), || {
        "a response has a content-length".to_owned()
    })?;
    let (code, _) = world::read(response).await;
    ensure(code == Code::Ok, || {
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
pub(crate) async fn panics(cell: Cell, subject: &Subject) -> Verdict {
    let handler = service(|_| async {
        let waits = std::iter::repeat_n(Step::Wait, 100);
        let messages = [data("x"), data("y")].into_iter();
        Ok(answer(messages.chain(waits).chain([Step::Panic])))
    });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    let (code, _) = world.call(body([data("x")])).await;
    crate::check::forget_panics();
    ensure(code != Code::Ok, || {
        "a response whose producer panicked went well".to_owned()
    })?;
    // And one without a status is none either.
    let handler = service(|_| async { Ok(answer([data("x"), failed(Code::Internal, "x")])) });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    let (code, _) = world.call(body([data("x")])).await;
    ensure(code == Code::Internal, || {
        format!("an error arrives as {code:?}")
    })
}
