//! Law 5. Dropping the future or the body cancels what is below, at once; what is half sent breaks, and never ends cleanly.

use bytes::Bytes;
use interceptor_core::{BoxInterceptor, Call, CallType, Next, Reply};
use tonic::{Code, Status, body::Body};

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    gauge::End,
    mutants::Subject,
    support::{
        Svc,
        body::{Log, Read, Step, answer, body, data, frame, next, ok},
        chain::one_body,
        service,
    },
    world::World,
};

pub(crate) async fn holds(cell: Cell, subject: &Subject) -> Verdict {
    dropped_future(cell, subject).await?;
    dropped_body(cell, subject).await?;
    broken_request(cell, subject).await?;
    refused_request(cell, subject).await?;
    broken_response(cell, subject).await
}

async fn dropped_future(cell: Cell, subject: &Subject) -> Verdict {
    let handler = service(|_| std::future::pending());
    let world = World::new(cell, subject, Vec::new(), handler).await;
    tokio::select! {
        biased;
        () = world.events.wait_for("below called") => {}
        _ = world.open(body([data("x"), Step::Hang])) => {}
    }
    at_once(&world, "the future was dropped").await
}

async fn dropped_body(cell: Cell, subject: &Subject) -> Verdict {
    let handler = service(|_| async { Ok(answer([data("x"), data("y"), Step::Hang])) });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    let opened = world.open(body([data("x")]));
    if cell.streams_responses() {
        let mut response = opened.await.map_err(|it| it.to_string())?.into_body();
        next(&mut response)
            .await
            .ok_or("there is no message")?
            .map_err(|it| it.to_string())?;
        drop(response);
    } else {
        tokio::select! {
            biased;
            () = world.events.wait_for("below read") => {}
            _ = opened => {}
        }
    }
    at_once(&world, "the response was dropped").await
}

/// What is below is gone before what is above is.
async fn at_once(world: &World, what: &str) -> Verdict {
    world.events.wait_for("above over").await;
    let gone = ["below over", "above over"].map(|event| world.events.position(event));
    ensure(
        matches!(gone, [Some(below), Some(above)] if below < above),
        || format!("{what}, and what is below went on"),
    )
}

/// A caller whose request fails half-way.
async fn broken_request(cell: Cell, subject: &Subject) -> Verdict {
    let (read, handler) = reading();
    let world = World::new(cell, subject, Vec::new(), handler).await;
    let failing = [
        half(cell),
        Step::Wait,
        Step::Fail(Status::aborted("gave up")),
    ];
    let _ = world.open(body(failing)).await;
    not_clean(&world, &read, "the request failed half-way").await
}

/// An interceptor that refuses the second message of a stream, or the one of a unary request.
async fn refused_request(cell: Cell, subject: &Subject) -> Verdict {
    let (read, handler) = reading();
    let refuse = Refuse {
        from: usize::from(cell.streams_requests()),
    };
    let chain = vec![BoxInterceptor::new(refuse)];
    let world = World::new(cell, subject, chain, handler).await;
    let (code, _) = world.call(body([data("x"), data("y"), data("z")])).await;
    ensure(code != Code::Ok, || {
        "a refused request went well".to_owned()
    })?;
    not_clean(&world, &read, "the request was refused half-way").await
}

/// The handler does not take it for the whole, if it got to see it.
async fn not_clean(world: &World, read: &Log<Read>, what: &str) -> Verdict {
    world.events.wait_for("above over").await;
    let end = world.below.read().request.end;
    ensure(end != Some(End::Clean), || {
        format!("{what}, and ended cleanly for what is below")
    })?;
    let is_broken = |read: &Read| read.broken.is_some();
    ensure(read.take().iter().all(is_broken), || {
        format!("{what}, and ended cleanly for the handler")
    })
}

async fn broken_response(cell: Cell, subject: &Subject) -> Verdict {
    let handler = service(|_| async {
        // Until the headers have arrived: a reset that comes with them takes their place.
        let waits = std::iter::repeat_n(Step::Wait, 100);
        let end = Step::Fail(Status::data_loss("broken"));
        Ok(answer(std::iter::once(data("x")).chain(waits).chain([end])))
    });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    let (code, _) = world.call(body([data("x")])).await;
    ensure(code != Code::Ok, || {
        "the response broke off, and ended cleanly for the caller".to_owned()
    })
}

/// A whole message of a stream, half a message of a unary request.
fn half(cell: Cell) -> Step {
    let whole = frame("x");
    let length = if cell.streams_requests() {
        whole.len()
    } else {
        whole.len() - 1
    };
    Step::Data(Bytes::slice(&whole, ..length))
}

/// A handler that reads the request before it answers.
fn reading() -> (Log<Read>, Svc) {
    let reads = Log::new();
    let log = reads.clone();
    let handler = service(move |request: http::Request<Body>| {
        let reads = reads.clone();
        async move {
            reads.push(Read::to_end(request.into_body()).await);
            Ok(answer([data("x"), ok()]))
        }
    });
    (log, handler)
}

/// Refuses request messages from that one on.
#[derive(Debug, Clone)]
struct Refuse {
    from: usize,
}

impl Refuse {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (from, mut seen) = (self.from, 0);
        call.payload_mut().try_map(move |message| {
            seen += 1;
            if seen > from {
                return Err(Status::invalid_argument("refused"));
            }
            Ok(message)
        })?;
        next.run(call).await
    }
}

one_body!([] Refuse);
