//! tower's contract of readiness, enforced.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::Sleep;
use tower_service::Service;

use crate::{Failure, failure::BoxError};

/// A service that holds those above it to tower's contract: it panics when `call` comes without readiness of that very
/// instance.
///
/// A clone is not ready, whatever its original is. `tower::buffer::Buffer`, which is below tonic's `Channel`, panics in the
/// same way.
///
/// ```should_panic
/// use std::future::{Ready, ready};
/// use interceptor_test::ReadyProbe;
/// use tower::{Service, ServiceExt as _, service_fn};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let echo = service_fn(|text: &'static str| ready(Ok::<_, std::io::Error>(text)));
/// let mut service = ReadyProbe::new(echo);
/// service.ready().await.unwrap();
/// let _ = service.clone().call("the original was ready, the clone is not");
/// # }
/// ```
#[derive(Debug)]
pub struct ReadyProbe<S> {
    inner: S,
    readiness: Readiness,
    state: State,
}

/// When a service becomes ready.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Readiness {
    /// When the service below it is.
    #[default]
    AtOnce,
    /// That much later, for each instance and each call.
    After(Duration),
    /// Never, but without an error.
    Never,
    /// Never: it fails.
    Fails(Failure),
}

/// How far one instance is.
#[derive(Debug)]
enum State {
    Idle,
    Waiting(Pin<Box<Sleep>>),
    Ready,
    Failed,
}

// === impl ReadyProbe ===

impl<S> ReadyProbe<S> {
    /// A probe around that service, ready when it is.
    pub const fn new(inner: S) -> Self {
        Self {
            inner,
            readiness: Readiness::AtOnce,
            state: State::Idle,
        }
    }

    /// When it becomes ready. Default: at once.
    #[must_use]
    pub fn readiness(self, readiness: Readiness) -> Self {
        Self { readiness, ..self }
    }

    /// Waits as long as it is told to.
    fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match (&mut self.state, &self.readiness) {
            (State::Idle, Readiness::After(time)) => {
                let sleep = Box::pin(tokio::time::sleep(*time));
                self.state = State::Waiting(sleep);
                self.poll_wait(cx)
            }
            (State::Waiting(sleep), _) => sleep.as_mut().poll(cx).map(Ok),
            (_, Readiness::Never) => Poll::Pending,
            (_, Readiness::Fails(failure)) => {
                self.state = State::Failed;
                Poll::Ready(Err(failure.clone().into_error()))
            }
            _ => Poll::Ready(Ok(())),
        }
    }
}

impl<S, R> Service<R> for ReadyProbe<S>
where
    S: Service<R>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    S::Response: 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        ready!(self.poll_wait(cx))?;
        ready!(self.inner.poll_ready(cx)).map_err(Into::into)?;
        self.state = State::Ready;
        Poll::Ready(Ok(()))
    }

    /// # Panics
    ///
    /// If this instance was not made ready for this call.
    fn call(&mut self, request: R) -> Self::Future {
        let state = std::mem::replace(&mut self.state, State::Idle);
        assert!(
            matches!(state, State::Ready),
            "`call` without readiness of this very instance, which was {}",
            state.as_str()
        );
        let response = self.inner.call(request);
        Box::pin(async move { response.await.map_err(Into::into) })
    }
}

/// Not ready, whatever the original is.
impl<S: Clone> Clone for ReadyProbe<S> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone()).readiness(self.readiness.clone())
    }
}

// === impl State ===

impl State {
    fn as_str(&self) -> &'static str {
        match self {
            Self::Idle => "not asked",
            Self::Waiting(_) => "not ready yet",
            Self::Ready => "ready",
            Self::Failed => "failed for good",
        }
    }
}
