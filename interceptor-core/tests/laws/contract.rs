//! tower's contract: a service is called on the instance that said it is ready, and what it says of its readiness is heard.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

use futures_util::future::{BoxFuture, join_all};
use http::{Request, Response};
use interceptor_core::{Call, CallKind, CallType, Next, Origin, Reply, Side};
use tonic::{Code, Status, body::Body};
use tower::{
    Layer as _, Service, ServiceExt as _,
    buffer::Buffer,
    limit::{ConcurrencyLimit, ConcurrencyLimitLayer},
};

use crate::support::{
    BoxError, Edge, Svc, around, body,
    body::{Log, Read},
    caller::call,
    chain::{Seen, one_body},
    erase, everywhere,
};

const ATTEMPTS: u32 = 3;
const ATTEMPT: &str = "x-attempt";
/// Longer than any of this takes, unless it hangs; time is paused.
const LONG: Duration = Duration::from_secs(3600);

/// Panics if it is called without having said on this very instance that it is ready. Its clones begin not ready.
struct Probe {
    /// It says so at the second time it is asked.
    asked: u8,
    /// Which attempt it takes; the others are refused.
    succeeds_at: u32,
    bodies: Log<Read>,
}

impl Probe {
    fn new(succeeds_at: u32) -> Self {
        Self {
            asked: 0,
            succeeds_at,
            bodies: Log::new(),
        }
    }
}

impl Clone for Probe {
    fn clone(&self) -> Self {
        Self {
            asked: 0,
            succeeds_at: self.succeeds_at,
            bodies: self.bodies.clone(),
        }
    }
}

impl Service<Request<Body>> for Probe {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.asked += 1;
        if self.asked < 2 {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        assert!(self.asked >= 2, "called without readiness");
        self.asked = 0;
        let (bodies, succeeds_at) = (self.bodies.clone(), self.succeeds_at);
        Box::pin(async move {
            let attempt: u32 = request.headers()[ATTEMPT].to_str()?.parse()?;
            bodies.push(Read::to_end(request.into_body()).await);
            tokio::task::yield_now().await;
            Ok(if attempt == succeeds_at {
                body::answer([body::data("done"), body::ok()])
            } else {
                body::refuse(Code::Unavailable, "not yet")
            })
        })
    }
}

/// Runs a call again until it succeeds, three times at most.
#[derive(Debug, Clone)]
struct Again;

impl Again {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(1 << 16);
        loop {
            let result = next.clone().run(numbered(replay.attempt().unwrap())).await;
            if result.is_ok() || replay.attempts() == ATTEMPTS {
                return result;
            }
        }
    }
}

one_body!([] Again);

/// Runs a call twice at once, and returns what came of the second.
#[derive(Debug, Clone)]
struct Twice;

impl Twice {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(1 << 16);
        let [first, second] = [(); 2].map(|()| numbered(replay.attempt().unwrap()));
        let (first, second) = tokio::join!(next.clone().run(first), next.run(second));
        assert_eq!(first.unwrap_err().code(), Code::Unavailable);
        second
    }
}

one_body!([] Twice);

/// The attempt's number, from 1, where the service sees it.
fn numbered<T: CallType>(mut attempt: Call<T>) -> Call<T> {
    let number = attempt.attempt() + 1;
    attempt.metadata_mut().insert(ATTEMPT, number.into());
    attempt
}

/// 64 calls at once, each by a clone of its own that is ready when it is called.
async fn all_at_once(service: &Svc, kind: CallKind) {
    let calls = (0..64).map(|_| call(service, kind, &["a", "b"]));
    let outcomes = tokio::time::timeout(LONG, join_all(calls)).await;
    for outcome in outcomes.expect("a call waits for ever") {
        assert_eq!(outcome.code(), Code::Ok, "{kind}: {}", outcome.text());
        assert_eq!(outcome.texts(), ["done"], "{kind}");
    }
}

/// Each attempt has the whole request in it.
fn assert_whole(kind: CallKind, probe: &Probe, calls: usize) {
    let expected: &[&str] = if kind.client_streaming() {
        &["a", "b"]
    } else {
        &["a"]
    };
    let bodies = probe.bodies.take();
    assert_eq!(bodies.len(), calls, "{kind}");
    for body in bodies {
        assert_eq!(body.texts(), expected, "{kind}");
    }
}

/// Pitfall P10.
#[tokio::test(start_paused = true)]
async fn attempts_one_after_the_other_over_a_buffer_of_one() {
    for (kind, side) in everywhere() {
        for (succeeds_at, attempts) in [(1, 64), (3, 3 * 64)] {
            let probe = Probe::new(succeeds_at);
            let below = erase(Buffer::new(probe.clone(), 1));
            all_at_once(&around(side, Again, below), kind).await;
            assert_whole(kind, &probe, attempts);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_one_after_the_other_under_a_limit_of_one() {
    for (kind, side) in everywhere() {
        for (succeeds_at, attempts) in [(1, 64), (3, 3 * 64)] {
            let probe = Probe::new(succeeds_at);
            let below = erase(ConcurrencyLimit::new(probe.clone(), 1));
            all_at_once(&around(side, Again, below), kind).await;
            assert_whole(kind, &probe, attempts);
        }
    }
}

/// Pitfall P37.
#[tokio::test(start_paused = true)]
async fn attempts_at_once_each_wait_for_readiness_of_their_own() {
    for (kind, side) in everywhere() {
        let probe = Probe::new(2);
        let bare = erase(probe.clone());
        let buffer = erase(Buffer::new(probe.clone(), 1));
        let limit = erase(ConcurrencyLimitLayer::new(1).layer(probe.clone()));
        for below in [bare, buffer, limit] {
            all_at_once(&around(side, Twice, below), kind).await;
            assert_whole(kind, &probe, 2 * 64);
        }
    }
}

/// A clone of a layer's service that was made ready is not ready itself, and calls through both are in order.
#[tokio::test(start_paused = true)]
async fn a_clone_asks_for_its_own_readiness() {
    for (kind, side) in everywhere() {
        let mut service = around(side, Again, erase(Probe::new(1)));
        service.ready().await.unwrap();
        let clone = service.clone();
        for mut service in [clone, service] {
            let request = Request::post(crate::support::path(kind)).body(body::body([]));
            let response = service.ready().await.unwrap().call(request.unwrap());
            let read = Read::to_end(response.await.unwrap().into_body()).await;
            assert_eq!(read.texts(), ["done"], "{kind} {side}");
        }
    }
}

/// Is not ready until it is told to be, and fails when it is told to.
#[derive(Clone)]
struct Moody {
    ready: Arc<AtomicBool>,
    failure: Arc<std::sync::Mutex<Option<BoxError>>>,
    on_call: bool,
}

impl Moody {
    fn failing(failure: impl Into<BoxError>, on_call: bool) -> Self {
        Self {
            ready: Arc::new(true.into()),
            failure: Arc::new(Some(failure.into()).into()),
            on_call,
        }
    }

    fn fail(&self) -> Result<(), BoxError> {
        self.failure.lock().unwrap().take().map_or(Ok(()), Err)
    }
}

impl Service<Request<Body>> for Moody {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = std::future::Ready<Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        if !self.ready.load(SeqCst) {
            return Poll::Pending;
        }
        Poll::Ready(if self.on_call { Ok(()) } else { self.fail() })
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        let answer = body::answer([body::data("done"), body::ok()]);
        std::future::ready(self.fail().map(|()| answer))
    }
}

/// Pitfall P9.
#[test]
fn waits_for_the_service_below_to_be_ready() {
    for side in [Side::Client, Side::Server] {
        let below = Moody::failing(Status::ok(""), true);
        below.ready.store(false, SeqCst);
        let mut service = Edge::new(side, Seen::new()).around(below.clone());
        let mut cx = Context::from_waker(Waker::noop());
        assert!(service.poll_ready(&mut cx).is_pending(), "{side}");
        below.ready.store(true, SeqCst);
        assert!(service.poll_ready(&mut cx).is_ready(), "{side}");
    }
}

/// What is not a status of its own has UNKNOWN, as from tonic.
///
/// Pitfall P11.
#[tokio::test]
async fn a_failure_below_comes_out_of_next_with_its_status() {
    for (kind, side) in everywhere() {
        for on_call in [false, true] {
            let status = || Status::resource_exhausted("full");
            let other = || BoxError::from("broken");
            let failures: [(BoxError, Code, &str); 2] = [
                (status().into(), Code::ResourceExhausted, "full"),
                (other(), Code::Unknown, "broken"),
            ];
            for (failure, code, text) in failures {
                let seen = Seen::new();
                let below = Moody::failing(failure, on_call);
                let service = around(side, seen.clone(), erase(below));
                let outcome = call(&service, kind, &["a"]).await;
                assert_eq!((outcome.code(), outcome.text()), (code, text));
                let inside = seen.results.take().pop().flatten().unwrap();
                assert_eq!((inside.code(), inside.message()), (code, text));

                let outcome = call(&service, kind, &["a"]).await;
                assert_eq!(outcome.texts(), ["done"], "{kind} {side}: the next call");
                assert!(matches!(*seen.results.take(), [None]));
            }
        }
    }
}

/// The chain is asked, and not passed by: it may run the call again.
#[tokio::test]
async fn a_service_that_will_never_be_ready_is_replaced_by_a_clone() {
    for (kind, side) in everywhere() {
        let below = Moody::failing(Status::unavailable("gone"), false);
        let outcome = call(&around(side, Again, erase(below)), kind, &["a"]).await;
        assert_eq!(outcome.texts(), ["done"], "{kind} {side}");
    }
}

/// A status that somebody made below is his, and local.
#[tokio::test]
async fn the_source_of_a_failure_below_is_kept() {
    for kind in CallKind::ALL {
        let below = Moody::failing(std::io::Error::other("no such wire"), true);
        let seen = Seen::new();
        let service = around(Side::Client, seen.clone(), erase(below));
        let status = call(&service, kind, &["a"]).await.status.unwrap();
        let mut sources = std::iter::successors(std::error::Error::source(&status), |e| e.source());
        assert!(sources.any(<dyn std::error::Error>::is::<std::io::Error>));
        assert!(Origin::of(&status).transport().is_some());
    }
}
