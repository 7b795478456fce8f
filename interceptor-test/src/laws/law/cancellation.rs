//! Law 5. Dropping the future or the body cancels what is below, at once; what is half sent breaks, and never ends cleanly.

use http::Request;
use interceptor_core::{
    BoxInterceptor,
    tonic::{Code, Status, body::Body},
};

use crate::{
    ScriptedBody,
    laws::{
        body::{Log, Read, answer, frame, next, say},
        gauge::End,
        links::Refuse,
        scene::{Chain, Scene, Svc, Verdict, ensure},
        world::{World, service},
    },
};

pub(super) async fn holds(scene: &Scene) -> Verdict {
    dropped_future(scene).await?;
    dropped_body(scene).await?;
    broken_request(scene).await?;
    refused_request(scene).await?;
    broken_response(scene).await
}

async fn dropped_future(scene: &Scene) -> Verdict {
    let handler = service(|_| std::future::pending());
    let world = World::new(scene, Chain::default(), handler).await;
    tokio::select! {
        biased;
        () = world.events.wait_for("below called") => {}
        _ = world.open(say("x").hang()) => {}
    }
    at_once(&world, "the future was dropped").await
}

async fn dropped_body(scene: &Scene) -> Verdict {
    let handler = service(|_| async { Ok(answer(say("x").text("y").hang())) });
    let world = World::new(scene, Chain::default(), handler).await;
    if scene.streams_responses() {
        let Some(response) = world.reach(say("x")).await? else {
            return Ok(());
        };
        let mut response = response.into_body();
        next(&mut response)
            .await
            .ok_or("there is no message")?
            .map_err(|it| it.to_string())?;
        drop(response);
    } else {
        tokio::select! {
            biased;
            () = world.events.wait_for("below read") => {}
            _ = world.open(say("x")) => {}
        }
    }
    at_once(&world, "the response was dropped").await
}

/// What is below is gone before what is above is, in each attempt.
async fn at_once(world: &World<'_>, what: &str) -> Verdict {
    world.events.wait_for("above over").await;
    if world.is_answered() {
        return Ok(());
    }
    let events = world.events.all();
    let gone = events.iter().take_while(|event| *event != "above over");
    let below = gone.filter(|event| *event == "below over").count();
    let called = world.events.count("below called");
    ensure(called > 0 && below == called, || {
        format!("{what}, and what is below went on")
    })
}

/// A caller whose request fails half-way.
async fn broken_request(scene: &Scene) -> Verdict {
    let (read, handler) = reading();
    let world = World::new(scene, Chain::default(), handler).await;
    let failing = half(scene).pending().breaks(Status::aborted("gave up"));
    let _ = world.open(failing).await;
    not_clean(&world, &read, "the request failed half-way").await
}

/// An interceptor that refuses the second message of a stream, or the one of a unary request.
async fn refused_request(scene: &Scene) -> Verdict {
    let (read, handler) = reading();
    let refuse = Refuse {
        from: usize::from(scene.streams_requests()),
    };
    let chain = Chain::outside(BoxInterceptor::new(refuse));
    let world = World::new(scene, chain, handler).await;
    let (code, _) = world.call(say("x").text("y").text("z")).await;
    ensure(code != Code::Ok || world.is_answered(), || {
        "a refused request went well".to_owned()
    })?;
    not_clean(&world, &read, "the request was refused half-way").await
}

/// The handler does not take it for the whole, if it got to see it.
async fn not_clean(world: &World<'_>, read: &Log<Read>, what: &str) -> Verdict {
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

async fn broken_response(scene: &Scene) -> Verdict {
    let handler = service(|_| async {
        // Until the headers have arrived: a reset that comes with them takes their place.
        let broken = say("x").slow(100).breaks(Status::data_loss("broken"));
        Ok(answer(broken))
    });
    let world = World::new(scene, Chain::default(), handler).await;
    let (code, _) = world.call(say("x")).await;
    // Who may answer may have another answer for it, but not in the midst of a stream.
    let may_answer = scene.promises.may_answer && !scene.streams_responses();
    ensure(
        code != Code::Ok || may_answer || world.is_answered(),
        || "the response broke off, and ended cleanly for the caller".to_owned(),
    )
}

/// A whole message of a stream, half a message of a unary request.
fn half(scene: &Scene) -> ScriptedBody {
    let whole = frame("x");
    let length = if scene.streams_requests() {
        whole.len()
    } else {
        whole.len() - 1
    };
    ScriptedBody::new().data(whole.slice(..length))
}

/// A handler that reads the request before it answers.
fn reading() -> (Log<Read>, Svc) {
    let reads = Log::new();
    let log = reads.clone();
    let handler = service(move |request: Request<Body>| {
        let reads = reads.clone();
        async move {
            reads.push(Read::to_end(request.into_body()).await);
            Ok(answer(say("x").ok()))
        }
    });
    (log, handler)
}
