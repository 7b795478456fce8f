use std::{
    future::pending,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    time::Duration,
};

/// When the caller lets go of a call.
///
/// A call that ends before its moment comes is not cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Moment {
    /// After that many polls of its future and its body, if it is pending then: with 0, 1, 2 … until the call ends, each
    /// point at which it waits.
    Polls(usize),
    /// After that much paused time.
    Elapsed(Duration),
    /// When the peer has read that many request messages and waits for more, or for the end.
    Requests(usize),
    /// When the peer is about to send response headers, or to fail instead.
    BeforeHeaders,
    /// When that many response messages came; with 0, when the headers came.
    Responses(usize),
}

/// Where the peer stops, for the caller to let go of the call at a moment that only the peer knows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Gate {
    moment: Option<Moment>,
    reached: Arc<Reached>,
}

#[derive(Debug, Default)]
struct Reached {
    yes: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

// === impl Gate ===

impl Gate {
    pub(crate) fn new(moment: Option<Moment>) -> Self {
        let reached = Arc::default();
        Self { moment, reached }
    }

    /// Stops the peer here, if this is the moment.
    pub(crate) async fn pass(&self, moment: Moment) {
        if self.moment == Some(moment) {
            self.reached.yes.store(true, Ordering::Release);
            if let Some(waker) = self.waker().take() {
                waker.wake();
            }
            pending::<()>().await;
        }
    }

    /// Ready when the peer was stopped.
    pub(crate) fn poll_reached(&self, cx: &mut Context<'_>) -> Poll<()> {
        *self.waker() = Some(cx.waker().clone());
        if self.reached.yes.load(Ordering::Acquire) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }

    fn waker(&self) -> std::sync::MutexGuard<'_, Option<Waker>> {
        let waker = &self.reached.waker;
        waker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
