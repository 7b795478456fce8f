//! tower's contract: who is called said that it is ready, and what it says of its readiness is heard.

use std::task::{Context, Poll, Waker};

use futures_util::future::join_all;
use http::{HeaderMap, Request, Response};
use interceptor_core::tonic::{Code, Status, body::Body};
use tower::{Service, buffer::Buffer, limit::ConcurrencyLimit};

use crate::{
    Readiness, ReadyProbe,
    failure::BoxError,
    laws::{
        body::{Log, answer, say},
        caller::call,
        scene::{Chain, Scene, Svc, Verdict, ensure},
        world::service,
    },
};

fn below() -> ReadyProbe<Svc> {
    ReadyProbe::new(service(|_| async {
        tokio::task::yield_now().await;
        Ok(answer(say("x").pending().ok()))
    }))
}

fn layer(scene: &Scene, below: Svc) -> Svc {
    scene.way.layer(scene.case.side(), Chain::default(), below)
}

/// P9: who waits for the layer waits for what is below it.
pub(super) async fn is_forwarded(scene: &Scene) -> Verdict {
    scene.visit();
    let never = below().readiness(Readiness::Never);
    let mut service = layer(scene, Svc::new(never));
    let polled = service.poll_ready(&mut Context::from_waker(Waker::noop()));
    ensure(polled.is_pending(), || {
        "the layer is ready, and what is below it is not".to_owned()
    })?;
    many(scene, &layer(scene, Svc::new(below()))).await
}

/// P10: the instance that is called is the one that was ready; over a buffer of one and under a limit of one too.
pub(super) async fn is_its_own(scene: &Scene) -> Verdict {
    let bare = Svc::new(below());
    let buffer = Svc::new(Buffer::new(below(), 1));
    let limit = Svc::new(ConcurrencyLimit::new(below(), 1));
    for below in [bare, buffer, limit] {
        many(scene, &layer(scene, below)).await?;
    }
    Ok(())
}

async fn many(scene: &Scene, service: &Svc) -> Verdict {
    let calls = (0..64).map(|_| call(scene, service, &["x"], HeaderMap::new()));
    for came in join_all(calls).await {
        let is_well = came.code() == Code::Ok || scene.promises.may_answer;
        ensure(is_well, || format!("a call ended with {:?}", came.status))?;
    }
    Ok(())
}

/// Fails once, with a status that says why.
#[derive(Clone)]
struct Failing {
    at_call: bool,
    failures: Log<()>,
}

impl Failing {
    fn result(&self) -> Result<(), BoxError> {
        let is_over = self.failures.count() > 0;
        self.failures.push(());
        if is_over {
            return Ok(());
        }
        Err(Status::resource_exhausted("full").into())
    }
}

impl Service<Request<Body>> for Failing {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = std::future::Ready<Result<Response<Body>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(if self.at_call { Ok(()) } else { self.result() })
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        let result = if self.at_call { self.result() } else { Ok(()) };
        std::future::ready(result.map(|()| answer(say("x").ok())))
    }
}

/// P11: a failure below has its own code for the caller, and the next call works.
pub(super) async fn failures(scene: &Scene) -> Verdict {
    for at_call in [false, true] {
        let failures = Log::new();
        let service = layer(scene, Svc::new(Failing { at_call, failures }));
        let came = call(scene, &service, &["x"], HeaderMap::new()).await;
        ensure(came.code() == Code::ResourceExhausted, || {
            format!("full is told as {:?}", came.status)
        })?;
        let came = call(scene, &service, &["x"], HeaderMap::new()).await;
        ensure(came.code() == Code::Ok, || {
            format!("the call behind it ended with {:?}", came.status)
        })?;
    }
    Ok(())
}
