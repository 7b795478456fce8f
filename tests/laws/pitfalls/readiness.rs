//! tower's contract: who is called said that it is ready, and what it says of its readiness is heard.

use std::task::{Context, Poll, Waker};

use futures_util::future::join_all;
use http::{Request, Response};
use interceptor_test::{Readiness, ReadyProbe};
use tonic::{Code, Status, body::Body};
use tower::{Service, buffer::Buffer, limit::ConcurrencyLimit};

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        BoxError, Svc,
        body::{Log, Step, answer, data, ok},
        caller::call,
        erase, service,
    },
    world::visit,
};

fn below() -> ReadyProbe<Svc> {
    ReadyProbe::new(service(|_| async {
        tokio::task::yield_now().await;
        Ok(answer([data("x"), Step::Wait, ok()]))
    }))
}

/// P9: who waits for the layer waits for what is below it.
pub(crate) async fn is_forwarded(cell: Cell, subject: &Subject) -> Verdict {
    visit(cell);
    let never = below().readiness(Readiness::Never);
    let mut service = subject.layer(cell.side, Vec::new(), erase(never));
    let polled = service.poll_ready(&mut Context::from_waker(Waker::noop()));
    ensure(polled.is_pending(), || {
        "the layer is ready, and what is below it is not".to_owned()
    })?;
    let layered = subject.layer(cell.side, Vec::new(), erase(below()));
    many(cell, &layered).await
}

/// P10: the instance that is called is the one that was ready; over a buffer of one and under a limit of one too.
pub(crate) async fn is_its_own(cell: Cell, subject: &Subject) -> Verdict {
    visit(cell);
    let bare = erase(below());
    let buffer = erase(Buffer::new(below(), 1));
    let limit = erase(ConcurrencyLimit::new(below(), 1));
    for below in [bare, buffer, limit] {
        many(cell, &subject.layer(cell.side, Vec::new(), below)).await?;
    }
    Ok(())
}

async fn many(cell: Cell, service: &Svc) -> Verdict {
    let calls = (0..64).map(|_| call(service, cell.kind, &["x"]));
    for outcome in join_all(calls).await {
        ensure(outcome.code() == Code::Ok, || {
            format!("a call ended with {:?}", outcome.status)
        })?;
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
        let is_over = self.failures.len() > 0;
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
        std::future::ready(result.map(|()| answer([data("x"), ok()])))
    }
}

/// P11: a failure below has its own code for the caller, and the next call works.
pub(crate) async fn failures(cell: Cell, subject: &Subject) -> Verdict {
    visit(cell);
    for at_call in [false, true] {
        let failures = Log::new();
        let below = Failing { at_call, failures };
        let service = subject.layer(cell.side, Vec::new(), erase(below));
        let outcome = call(&service, cell.kind, &["x"]).await;
        ensure(outcome.code() == Code::ResourceExhausted, || {
            format!("full is told as {:?} {}", outcome.code(), outcome.text())
        })?;
        let outcome = call(&service, cell.kind, &["x"]).await;
        ensure(outcome.code() == Code::Ok, || {
            format!("the call behind it ended with {:?}", outcome.status)
        })?;
    }
    Ok(())
}
