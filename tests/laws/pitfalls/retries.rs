//! What makes a call again: `Retry`, and what has fallen into a pitfall of retries.

use std::time::Duration;

use grpc_interceptor::{
    policy::{Backoff, Jitter, RetryPolicy},
    retry::Retry,
};
use http::Request;
use interceptor_core::{BoxInterceptor, Call, CallType, Next, Reply};
use tonic::{Code, Status, body::Body};

use interceptor_test::laws::scene::{Chain, Scene};
use interceptor_test::laws::world::World;

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        Svc,
        body::{Log, Read, Step, answer, body, data, failed, next, ok, refuse},
        chain::one_body,
        service,
    },
};

pub(crate) const ATTEMPTS: u32 = 3;
/// What is kept of a request.
const LIMIT: usize = 4096;

/// Three attempts after UNAVAILABLE.
pub(crate) fn retry() -> Retry {
    let millisecond = Duration::from_millis(1);
    let backoff = Backoff::new(millisecond, millisecond, 1.0).unwrap();
    let policy = RetryPolicy::new(ATTEMPTS, backoff, [Code::Unavailable]).unwrap();
    let retry = Retry::new().policy("/echo.v1.Echo/*", policy).unwrap();
    retry.jitter(Jitter::off()).max_buffered_bytes(LIMIT)
}

pub(super) fn ours() -> Vec<Subject> {
    vec![Subject::outside("retry", retry())]
}

/// Counts the runs of what stands inside.
#[derive(Debug, Clone)]
struct Counts(Log<()>);

impl Counts {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        self.0.push(());
        next.run(call).await
    }
}

one_body!([] Counts);

/// Adds a line to the metadata of each call.
#[derive(Debug, Clone)]
struct Adds;

const LINE: &str = "authorization";

impl Adds {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let value = "Bearer token".parse().unwrap();
        call.metadata_mut().append(LINE, value);
        next.run(call).await
    }
}

one_body!([] Adds);

/// Reads so many frames of a request, or all; then an answer for each attempt: fails all but the third.
fn third_time(frames: usize, seen: &Log<(usize, Vec<String>)>) -> Svc {
    let (seen, attempts) = (seen.clone(), Log::new());
    service(move |request: Request<Body>| {
        attempts.push(());
        let is_last = attempts.len() == ATTEMPTS as usize;
        let (seen, frames) = (seen.clone(), if is_last { usize::MAX } else { frames });
        async move {
            let lines = request.headers().get_all(LINE).iter().count();
            seen.push((lines, read(request.into_body(), frames).await));
            Ok(if is_last {
                answer([data("x"), ok()])
            } else {
                refuse(Code::Unavailable, "once more")
            })
        }
    })
}

async fn read(mut body: Body, frames: usize) -> Vec<String> {
    if frames == usize::MAX {
        return Read::to_end(body).await.texts();
    }
    for _ in 0..frames {
        next(&mut body).await;
    }
    Vec::new()
}

/// P14: what stands inside runs for each attempt.
pub(super) async fn inner(_: Cell, scene: &Scene) -> Verdict {
    let (runs, seen) = (Log::new(), Log::new());
    let chain = vec![BoxInterceptor::new(Counts(runs.clone()))];
    let world = World::new(scene, chain.into(), third_time(usize::MAX, &seen)).await;
    let (code, _) = world.call(body([data("a")])).await;
    ensure(code == Code::Ok && seen.len() == 3, || {
        format!("it came to {code:?} after {} attempts", seen.len())
    })?;
    ensure(runs.len() == 3, || {
        format!("of 3 attempts, what stands inside ran {} times", runs.len())
    })
}

/// P15: what an attempt adds to the metadata is not there in the next.
pub(super) async fn metadata(_: Cell, scene: &Scene) -> Verdict {
    let seen = Log::new();
    let chain = vec![BoxInterceptor::new(Adds)];
    let world = World::new(scene, chain.into(), third_time(usize::MAX, &seen)).await;
    world.call(body([data("a")])).await;
    let lines: Vec<_> = seen.take().into_iter().map(|(lines, _)| lines).collect();
    ensure(lines == [1; 3], || {
        format!("of what each attempt adds, {lines:?} arrive")
    })
}

/// P16: what is sent again is the whole request, and what is not kept is not sent again.
pub(super) async fn requests(cell: Cell, scene: &Scene) -> Verdict {
    let count = if cell.streams_requests() { 3 } else { 1 };
    let texts: Vec<_> = (0..count).map(|number| number.to_string()).collect();
    let seen = Log::new();
    let world = World::new(scene, Chain::default(), third_time(1, &seen)).await;
    let (code, _) = world.call(body(texts.iter().map(|text| data(text)))).await;
    let last = seen.take().pop().map(|(_, texts)| texts);
    ensure(code == Code::Ok && last.as_ref() == Some(&texts), || {
        format!("{texts:?} was sent again as {:?}", last.unwrap_or_default())
    })?;

    let (long, seen) = ("x".repeat(LIMIT / count), Log::new());
    let world = World::new(scene, Chain::default(), third_time(usize::MAX, &seen)).await;
    let steps = std::iter::repeat_n(data(&long), count);
    let (code, _) = world.call(body(steps)).await;
    let times = seen.len();
    ensure(code == Code::Unavailable && times == 1, || {
        format!("a request over its limit was sent {times} times, and came to {code:?}")
    })
}

/// P17: behind a message there is no other attempt.
pub(super) async fn messages(_: Cell, scene: &Scene) -> Verdict {
    let calls = Log::new();
    let called = calls.clone();
    let handler = service(move |_| {
        called.push(());
        let end = failed(Code::Unavailable, "midway");
        std::future::ready(Ok(answer([data("x"), data("y"), Step::Wait, end])))
    });
    let world = World::new(scene, Chain::default(), handler).await;
    let (code, texts) = world.call(body([data("a")])).await;
    let times = calls.len();
    let is_so = code == Code::Unavailable && texts == ["x", "y"] && times == 1;
    ensure(is_so, || {
        format!("{texts:?} arrived of {times} attempts, and then {code:?}")
    })
}
