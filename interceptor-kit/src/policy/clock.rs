//! The one deadline of a call, over all its attempts and the waits between them.

use std::{future::poll_fn, pin::Pin, task::Poll, time::Instant};

use interceptor_core::tonic::Status;
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep_until};

pin_project! {
    /// Goes off at a deadline; without one, never.
    pub(crate) struct Timer {
        #[pin]
        sleep: Option<Sleep>,
    }
}

// === impl Timer ===

impl Timer {
    #[inline]
    pub(crate) fn new(deadline: Option<Instant>) -> Self {
        let sleep = deadline.map(|deadline| sleep_until(deadline.into()));
        Self { sleep }
    }

    #[inline]
    pub(crate) fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<()> {
        match self.project().sleep.as_pin_mut() {
            Some(sleep) => sleep.poll(cx),
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
    mut timer: Pin<&mut Timer>,
    mut future: Pin<&mut F>,
) -> Result<F::Output, Status> {
    poll_fn(|cx| match timer.as_mut().poll(cx) {
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
