//! What passes a chain, and when.

use std::time::Duration;

use futures_util::StreamExt as _;
use http::Request;
use http_body::Frame;
use interceptor_core::{BoxInterceptor, Call, CallType, Next, Reply};
use testproto::echo::EchoRequest;
use tonic::{Code, Status, body::Body};
use tower::ServiceExt as _;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        Svc,
        body::{Log, Read, Step, answer, body, data, frame, next, ok, refuse, respond, status},
        chain::one_body,
        echo::Mark,
        path, service,
    },
    world::{World, visit},
};

/// P8: extensions pass both ways, and are there again for each attempt.
pub(crate) async fn extensions(cell: Cell, subject: &Subject) -> Verdict {
    visit(cell);
    let marks = Log::new();
    let seen = marks.clone();
    let below = service(move |request: Request<Body>| {
        marks.push(request.extensions().get().copied());
        let mut response = answer([data("x"), ok()]);
        response.extensions_mut().insert(Mark(2));
        std::future::ready(Ok(response))
    });
    let attempts = vec![BoxInterceptor::new(Twice)];
    let service = subject.layer(cell.side, attempts, below);
    let request = Request::post(path(cell.kind)).extension(Mark(1));
    let response = service
        .oneshot(request.body(body([data("x")])).unwrap())
        .await;
    let response = response.map_err(|error| error.to_string())?;
    let seen = seen.take();
    ensure(seen == [Some(Mark(1)); 2], || {
        format!("the extensions of a request arrive as {seen:?}")
    })?;
    ensure(response.extensions().get() == Some(&Mark(2)), || {
        "the extensions of a response are lost".to_owned()
    })
}

/// P18: with five messages a second apart, the end is five seconds behind the start.
pub(crate) async fn duration(cell: Cell, subject: &Subject) -> Verdict {
    let log = Log::new();
    let chain = vec![subject.ends(&log)];
    let world = World::new(cell, subject, chain, slow(cell)).await;
    let began = tokio::time::Instant::now();
    let early = tokio::time::timeout(Duration::from_secs(4), async {
        let mut response = world.open(body([data("x")])).await.unwrap().into_body();
        while next(&mut response).await.is_some() {}
    });
    let is_early = early.await.is_ok();
    let told = log.take();
    // What was given up is told as that, and not before.
    ensure(
        !is_early && told.iter().all(|code| *code == Code::Cancelled),
        || format!("{told:?} was told after {:?}", began.elapsed()),
    )?;
    world.call(body([data("x")])).await;
    let (told, took) = (log.take(), began.elapsed());
    ensure(
        told.contains(&Code::Ok) && took >= Duration::from_secs(9),
        || format!("{told:?} was told after {took:?}"),
    )
}

/// Five messages a second apart; or one, five seconds late.
fn slow(cell: Cell) -> Svc {
    let is_stream = cell.streams_responses();
    service(move |_| async move {
        let count = if is_stream { 5 } else { 1 };
        let pause = Duration::from_secs(5 / count);
        let messages = futures_util::stream::iter(0..count).then(move |_| async move {
            // Under paused time.
            tokio::time::sleep(pause).await;
            Ok::<_, Status>(Frame::data(frame("x")))
        });
        let trailers = Ok(Frame::trailers(status(Code::Ok, "")));
        let frames = messages.chain(futures_util::stream::iter([trailers]));
        Ok(respond(Body::new(http_body_util::StreamBody::new(
            Box::pin(frames),
        ))))
    })
}

const ATTEMPT: &str = "x-attempt";

/// P37: two runs at once are two calls below, each with the whole request.
pub(crate) async fn attempts(cell: Cell, subject: &Subject) -> Verdict {
    let reads = Log::new();
    let seen = reads.clone();
    let handler = service(move |request: Request<Body>| {
        let reads = reads.clone();
        async move {
            let attempt = request.headers()[ATTEMPT].to_str()?.to_owned();
            let texts = Read::to_end(request.into_body()).await.texts();
            reads.push((attempt, texts));
            Ok(answer([data("x"), ok()]))
        }
    });
    let chain = vec![BoxInterceptor::new(Twice)];
    let world = World::new(cell, subject, chain, handler).await;
    let (code, _) = world.call(body([data("a")])).await;
    let mut seen = seen.take();
    seen.sort();
    let whole = |attempt: &str| (attempt.to_owned(), vec!["a".to_owned()]);
    ensure(code == Code::Ok && seen == [whole("0"), whole("1")], || {
        format!("two attempts arrived as {seen:?}, and came to {code:?}")
    })
}

/// Runs a call twice at once, numbered, and returns what came of the second.
#[derive(Debug, Clone)]
struct Twice;

impl Twice {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(1 << 16);
        let [first, second] = [(); 2].map(|()| {
            let mut attempt = replay.attempt().unwrap();
            let number = attempt.attempt();
            attempt.metadata_mut().insert(ATTEMPT, number.into());
            attempt
        });
        let (first, second) = tokio::join!(next.clone().run(first), next.run(second));
        drop(first);
        second
    }
}

one_body!([] Twice);

/// P42: an interceptor that looks sees the request's messages, in each call type.
pub(crate) async fn request_messages(cell: Cell, subject: &Subject) -> Verdict {
    let texts = Log::new();
    let chain = vec![BoxInterceptor::new(Texts(texts.clone()))];
    let handler = service(|request| async move {
        let read = Read::to_end(request.into_body()).await;
        let is_whole = read.broken.is_none();
        Ok(if is_whole {
            answer([data("x"), ok()])
        } else {
            refuse(Code::DataLoss, "it broke")
        })
    });
    let world = World::new(cell, subject, chain, handler).await;
    let sent: &[&str] = if cell.streams_requests() {
        &["a", "", "b"]
    } else {
        &["a"]
    };
    let steps: Vec<Step> = sent.iter().map(|text| data(text)).collect();
    world.call(body(steps)).await;
    let seen = texts.take();
    ensure(seen == sent, || format!("of {sent:?}, {seen:?} was seen"))
}

/// Writes down the texts of request messages.
#[derive(Debug, Clone)]
struct Texts(Log<String>);

impl Texts {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let texts = self.0.clone();
        call.payload_mut().inspect(move |message| {
            let message: EchoRequest = message.decode().unwrap();
            texts.push(message.text);
        })?;
        next.run(call).await
    }
}

one_body!([] Texts);
