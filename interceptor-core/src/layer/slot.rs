//! The service that was made ready for a call, and who may use it.

use std::{future::poll_fn, pin::Pin, sync::PoisonError};

use http::{Request, Response};
use tonic::{Status, body::Body};
use tower_service::Service;

use super::{edge::Below, rejected::Rejected};
use crate::{
    CallType,
    chain::Either,
    exchange::Exchange,
    sync::{Mutex, MutexGuard},
};

/// Owned by the edge's future; the terminal of the chain holds a reference to it.
///
/// The *first* run of any clone of `next` calls the service in place, because it is the one that was made ready. Every
/// other run clones it, waits for readiness and calls. With the usual clone-and-swap in the terminal, a retry over
/// `Buffer(1)` or `ConcurrencyLimit(1)` waits for ever for the permit that the unused original holds.
pub(crate) struct Slot<S: Service<Request<Body>>> {
    ready: Mutex<Ready<S>>,
}

struct Ready<S: Service<Request<Body>>> {
    service: S,
    first: First<S::Error>,
    /// The last error response from below, so that an error that nobody changed leaves as it came.
    rejected: Option<Box<Rejected>>,
}

/// What the first run finds.
#[derive(Debug)]
pub(crate) enum First<E> {
    /// The service is ready.
    Ready,
    /// It said that it will never be: that comes out of the first run.
    Failed(E),
    /// There was a first run.
    Used,
}

/// A run under way: by the ready service; or, boxed because it is rare, by another.
pub(crate) type Sending<F, R> = Either<F, Boxed<R>>;

type Boxed<R> = Pin<Box<dyn Future<Output = R> + Send>>;

// === impl Slot ===

impl<S> Slot<S>
where
    S: Service<Request<Body>> + Clone,
{
    #[inline]
    pub(crate) fn new(service: S, first: First<S::Error>) -> Self {
        Self {
            ready: Mutex::new(Ready {
                service,
                first,
                rejected: None,
            }),
        }
    }

    /// Sends the request, by the ready service or by a clone of its own.
    pub(crate) fn send<B>(
        &self,
        request: Request<Body>,
    ) -> Sending<S::Future, Result<Response<B>, S::Error>>
    where
        S: Below<B>,
        B: 'static,
    {
        let mut ready = lock(&self.ready);
        match ready.first {
            First::Ready => ready.call(request),
            _ => ready.otherwise(request),
        }
    }

    /// The same with a call's request, which is made where it is handed over: it is large to move.
    #[inline]
    pub(crate) fn send_call<T: CallType, B>(
        &self,
        exchange: &mut Exchange<T>,
        body: Body,
    ) -> Sending<S::Future, Result<Response<B>, S::Error>>
    where
        S: Below<B>,
        B: 'static,
    {
        let mut ready = lock(&self.ready);
        match ready.first {
            First::Ready => ready.call(exchange.take_request(body)),
            _ => ready.otherwise(exchange.take_request(body)),
        }
    }

    /// Keeps an error response for [`unchanged`](Self::unchanged).
    pub(crate) fn keep(&self, rejected: Box<Rejected>) {
        lock(&self.ready).rejected = Some(rejected);
    }

    /// The response that `status` came in, if nobody changed it.
    pub(crate) fn unchanged(&self, status: &Status) -> Option<Box<Rejected>> {
        let rejected = lock(&self.ready).rejected.take();
        rejected.filter(|rejected| rejected.is(status))
    }
}

impl<S: Service<Request<Body>>> Ready<S> {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a request is large to hand on"
    )]
    fn call<R>(&mut self, request: Request<Body>) -> Sending<S::Future, R> {
        self.first = First::Used;
        let future = self.service.call(request);
        Either::Left { future }
    }

    /// What becomes of a request that the ready service does not take.
    #[cold]
    fn otherwise<B>(
        &mut self,
        request: Request<Body>,
    ) -> Sending<S::Future, Result<Response<B>, S::Error>>
    where
        S: Below<B>,
        B: 'static,
    {
        let future: Boxed<_> = match std::mem::replace(&mut self.first, First::Used) {
            First::Failed(error) => Box::pin(async move { Err(error) }),
            First::Ready | First::Used => Box::pin(wait(self.service.clone(), request)),
        };
        Either::Right { future }
    }
}

async fn wait<S: Below<B>, B>(
    mut service: S,
    request: Request<Body>,
) -> Result<Response<B>, S::Error> {
    poll_fn(|cx| service.poll_ready(cx)).await?;
    service.call(request).await
}

/// Nothing panics while it holds the lock but a service's own `call`, which may be called again all the same.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
