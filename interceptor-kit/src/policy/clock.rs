//! The one deadline of a call, over all its attempts and the waits between them.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

use interceptor_core::tonic::Status;
use tokio::time::{Sleep, sleep_until};

/// Goes off at a deadline; without one, never. In a box, since most calls have none.
pub(crate) struct Timer(Option<Pin<Box<Sleep>>>);

// === impl Timer ===

impl Timer {
    #[inline]
    pub(crate) fn new(deadline: Option<Instant>) -> Self {
        Self(deadline.map(|deadline| Box::pin(sleep_until(deadline.into()))))
    }

    #[inline]
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.0 {
            Some(sleep) => sleep.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

/// Waits for that, but no longer than the deadline. The timer comes first: what comes at the deadline comes too late.
///
/// # Errors
///
/// `DEADLINE_EXCEEDED`.
#[inline]
pub(crate) async fn until<F: Future>(
    timer: &mut Timer,
    mut future: Pin<&mut F>,
) -> Result<F::Output, Status> {
    poll_fn(|cx| match timer.poll(cx) {
        Poll::Ready(()) => Poll::Ready(Err(expired())),
        Poll::Pending => future.as_mut().poll(cx).map(Ok),
    })
    .await
}

/// # Errors
///
/// `DEADLINE_EXCEEDED` when the deadline has passed.
#[inline]
pub(crate) fn not_passed(deadline: Option<Instant>) -> Result<(), Status> {
    match deadline {
        Some(deadline) if deadline <= now() => Err(expired()),
        _ => Ok(()),
    }
}

/// Now, by the clock that tests can pause.
#[inline]
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

fn expired() -> Status {
    Status::deadline_exceeded("the deadline passed before the call was over")
}
