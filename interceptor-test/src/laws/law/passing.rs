//! What passes a chain, and when.

use std::time::Duration;

use futures_util::stream::{self, StreamExt as _};
use http::{Method, Request};
use http_body::Frame;
use http_body_util::StreamBody;
use interceptor_core::{
    BoxInterceptor,
    tonic::{Code, Status, body::Body},
};
use tower::ServiceExt as _;

use crate::{
    ScriptedBody,
    laws::{
        body::{Log, Read, answer, frame, next, refuse, respond, say, status},
        links::{ATTEMPT, Texts, Twice},
        scene::{Chain, Scene, Svc, Verdict, ensure},
        world::{World, service},
    },
};

/// An extension of our own.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Mark(u8);

/// P7: HTTP method, URI and version arrive as they were sent.
pub(super) async fn request_line(scene: &Scene) -> Verdict {
    let (seen, expected) = (Log::new(), Log::new());
    let world = World::new(scene, Chain::default(), telling(&seen)).await;
    let bare = World::bare(scene, telling(&expected)).await;
    for method in [Method::POST, Method::GET, Method::OPTIONS, Method::PUT] {
        for uri in ["/users?page=2", scene.path(), "/a.B/c?d=e"] {
            for world in [&world, &bare] {
                let mut request = world.request(say("x"));
                *request.method_mut() = method.clone();
                let uri = scene.uri(uri).parse();
                *request.uri_mut() = uri.map_err(|_| "no URI")?;
                let _ = world.send(request).await;
            }
            let [seen, expected] = [seen.take(), expected.take()];
            ensure(seen == expected, || {
                format!("{method} {uri} arrives as {seen:?}, and not as {expected:?}")
            })?;
        }
    }
    Ok(())
}

/// Writes down what arrived.
fn telling(log: &Log<String>) -> Svc {
    let log = log.clone();
    service(move |request: Request<Body>| {
        let (method, path) = (request.method(), request.uri().path_and_query());
        log.push(format!("{method} {path:?} {:?}", request.version()));
        std::future::ready(Ok(answer(say("x").ok())))
    })
}

/// P8: extensions pass both ways, and are there again for each attempt.
pub(super) async fn extensions(scene: &Scene) -> Verdict {
    scene.visit();
    let marks = Log::new();
    let seen = marks.clone();
    let below = service(move |request: Request<Body>| {
        marks.push(request.extensions().get().copied());
        let mut response = answer(say("x").ok());
        response.extensions_mut().insert(Mark(2));
        std::future::ready(Ok(response))
    });
    let attempts = Chain::outside(BoxInterceptor::new(Twice));
    let service = scene.way.layer(scene.case.side(), attempts, below);
    let request = Request::post(scene.uri(scene.path())).extension(Mark(1));
    let mut request = request
        .body(Body::new(say("x")))
        .map_err(|error| error.to_string())?;
    scene.promises.equip(&mut request);
    let response = service.oneshot(request).await;
    let seen = seen.take();
    if seen.is_empty() && scene.promises.may_answer {
        return Ok(());
    }
    let response = response.map_err(|error| error.to_string())?;
    let is_well = if scene.promises.passes_through {
        seen == [Some(Mark(1)); 2]
    } else {
        !seen.is_empty() && seen.iter().all(|mark| *mark == Some(Mark(1)))
    };
    ensure(is_well, || {
        format!("the extensions of a request arrive as {seen:?}")
    })?;
    let is_answered = scene.promises.may_answer;
    let mark = response.extensions().get();
    ensure(mark == Some(&Mark(2)) || is_answered, || {
        "the extensions of a response are lost".to_owned()
    })
}

/// P18: with five messages a second apart, the end is five seconds behind the start.
pub(super) async fn duration(scene: &Scene) -> Verdict {
    let log = Log::new();
    let chain = Chain::outside(scene.way.ends(&log));
    let world = World::new(scene, chain, slow(scene)).await;
    let began = tokio::time::Instant::now();
    let early = tokio::time::timeout(Duration::from_secs(4), async {
        if let Ok(response) = world.open(say("x")).await {
            let mut response = response.into_body();
            while next(&mut response).await.is_some() {}
        }
    });
    let is_early = early.await.is_ok();
    let told = log.take();
    // What was given up is told as that, and not before.
    ensure(
        !is_early && told.iter().all(|code| *code == Code::Cancelled),
        || format!("{told:?} was told after {:?}", began.elapsed()),
    )?;
    world.call(say("x")).await;
    let (told, took) = (log.take(), began.elapsed());
    ensure(
        told.contains(&Code::Ok) && took >= Duration::from_secs(9),
        || format!("{told:?} was told after {took:?}"),
    )
}

/// Five messages a second apart; or one, five seconds late.
fn slow(scene: &Scene) -> Svc {
    let is_stream = scene.streams_responses();
    service(move |_| async move {
        let count = if is_stream { 5 } else { 1 };
        let pause = Duration::from_secs(5 / count);
        let messages = stream::iter(0..count).then(move |_| async move {
            tokio::time::sleep(pause).await; // start_paused
            Ok::<_, Status>(Frame::data(frame("x")))
        });
        let trailers = Ok(Frame::trailers(status(Code::Ok, "")));
        let frames = messages.chain(stream::iter([trailers]));
        Ok(respond(Body::new(StreamBody::new(Box::pin(frames)))))
    })
}

/// P37: two runs at once are two calls below, each with the whole request.
pub(super) async fn attempts(scene: &Scene) -> Verdict {
    let reads = Log::new();
    let seen = reads.clone();
    let handler = service(move |request: Request<Body>| {
        let reads = reads.clone();
        async move {
            let attempt = request.headers().get(ATTEMPT).cloned();
            let texts = Read::to_end(request.into_body()).await.texts();
            let attempt = attempt.and_then(|it| it.to_str().ok().map(str::to_owned));
            reads.push((attempt.unwrap_or_default(), texts));
            Ok(answer(say("x").ok()))
        }
    });
    let chain = Chain::outside(BoxInterceptor::new(Twice));
    let world = World::new(scene, chain, handler).await;
    let (code, _) = world.call(say("a")).await;
    if world.is_answered() {
        return Ok(());
    }
    let mut seen = seen.take();
    seen.sort();
    let whole = |attempt: &str| (attempt.to_owned(), vec!["a".to_owned()]);
    let is_well = if scene.promises.passes_through {
        seen == [whole("0"), whole("1")]
    } else {
        !seen.is_empty() && seen.iter().all(|(_, texts)| !texts.is_empty())
    };
    ensure(code == Code::Ok && is_well, || {
        format!("two attempts arrived as {seen:?}, and came to {code:?}")
    })
}

/// P42: an interceptor that looks sees the request's messages, in each call type.
pub(super) async fn request_messages(scene: &Scene) -> Verdict {
    let texts = Log::new();
    let chain = Chain::inside(BoxInterceptor::new(Texts(texts.clone())));
    let handler = service(|request: Request<Body>| async move {
        let read = Read::to_end(request.into_body()).await;
        let is_whole = read.broken.is_none();
        Ok(if is_whole {
            answer(say("x").ok())
        } else {
            refuse(Code::DataLoss, "it broke")
        })
    });
    let world = World::new(scene, chain, handler).await;
    let sent: &[&str] = if scene.streams_requests() {
        &["a", "", "b"]
    } else {
        &["a"]
    };
    let body = sent
        .iter()
        .fold(ScriptedBody::new(), |body, text| body.text(text));
    world.call(body).await;
    let seen = texts.take();
    ensure(seen == sent, || format!("of {sent:?}, {seen:?} was seen"))
}
