//! Where a call is polled: the future, and then the body.

use std::{
    future::{Future, poll_fn},
    mem,
    pin::{Pin, pin},
    task::{Context, Poll},
};

use interceptor_core::{Guard, tonic::Status};

use super::{
    caught::{Caught, catch},
    interceptor::Recover,
};

/// Runs a future to its end or to its panic. After a panic it is dropped, and a panic of that drop is the same one.
///
/// If its caller drops it before, and that panics, there is nobody to answer: `tell` is told.
pub(super) async fn caught<F: Future>(
    future: F,
    tell: impl Fn(&Caught),
) -> Result<F::Output, Caught> {
    let future = pin!(Some(future));
    let mut running = Running { future, tell };
    let result = poll_fn(|cx| poll(running.future.as_mut(), cx)).await;
    if result.is_err() {
        let _ = catch(|| running.future.set(None));
    }
    result
}

/// A future that is dropped with this.
struct Running<'a, F, T: Fn(&Caught)> {
    future: Pin<&'a mut Option<F>>,
    tell: T,
}

impl<F, T: Fn(&Caught)> Drop for Running<'_, F, T> {
    #[inline]
    fn drop(&mut self) {
        if self.future.is_some()
            && let Err(panic) = catch(|| self.future.set(None))
        {
            (self.tell)(&panic);
        }
    }
}

#[inline]
fn poll<F: Future>(
    future: Pin<&mut Option<F>>,
    cx: &mut Context<'_>,
) -> Poll<Result<F::Output, Caught>> {
    let Some(future) = future.as_pin_mut() else {
        return Poll::Pending; // it is polled until it is ready, and dropped only then
    };
    match catch(|| future.poll(cx)) {
        Ok(polled) => polled.map(Ok),
        Err(panic) => Poll::Ready(Err(panic)),
    }
}

/// Around the body of a response that streams.
pub(super) struct Polls {
    recover: Recover,
    end: Option<Status>,
    has_ended: bool,
}

// === impl Polls ===

impl Polls {
    pub(super) fn new(recover: Recover) -> Self {
        Self {
            recover,
            end: None,
            has_ended: false,
        }
    }
}

impl Guard for Polls {
    fn poll_end(&mut self, _: &mut Context<'_>) -> Poll<Status> {
        self.end.take().map_or(Poll::Pending, Poll::Ready)
    }

    /// A panic while the body is dropped, because it has panicked before, is not told again.
    fn around(&mut self, poll: &mut dyn FnMut()) {
        let Err(panic) = catch(poll) else { return };
        if !mem::replace(&mut self.has_ended, true) {
            self.end = Some(self.recover.status(&panic));
        }
    }
}
