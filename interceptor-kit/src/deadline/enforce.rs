//! Ends a call when its time is over, or that of the call it was made for.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Instant,
};

use interceptor_core::{Guard, tonic::Status};
use tokio::time::Sleep;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::parent::ParentCall;
use crate::policy::clock::now;

/// What ends a call from this side.
pub(super) struct Ends {
    timer: Option<Timer>,
    parent: Option<Parent>,
}

/// Ready when the time has come.
pub(super) struct Timer {
    deadline: Instant,
    /// There once somebody waits.
    sleep: Option<Pin<Box<Sleep>>>,
}

/// Ready when the call was cancelled that this one was made for.
struct Parent {
    call: ParentCall,
    /// There once somebody waits.
    wait: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

/// Ends a body, and has it polled for the call that it belongs to.
pub(super) struct Enforce {
    pub(super) ends: Ends,
    /// The call that is being served.
    pub(super) serves: Option<ParentCall>,
}

// === impl Ends ===

impl Ends {
    pub(super) fn new(deadline: Option<Instant>, parent: Option<ParentCall>) -> Self {
        Self {
            timer: deadline.map(Timer::new),
            parent: parent.map(Parent::new),
        }
    }

    /// Whether nothing does.
    pub(super) fn are_none(&self) -> bool {
        self.timer.is_none() && self.parent.is_none()
    }

    /// Runs a future until the call ends from this side. Then it is dropped, which cancels what is below.
    ///
    /// The clock is asked before the future: an answer that comes when the time is over comes too late. But it is not set
    /// before the future waits.
    pub(super) async fn run<F: Future>(&mut self, future: F) -> Result<F::Output, Status> {
        let mut future = pin!(future);
        poll_fn(|cx| {
            if let Some(status) = self.now() {
                return Poll::Ready(Err(status));
            }
            match future.as_mut().poll(cx) {
                Poll::Ready(output) => Poll::Ready(Ok(output)),
                Poll::Pending => self.poll(cx).map(Err),
            }
        })
        .await
    }

    /// The status of a call that is over by now.
    fn now(&self) -> Option<Status> {
        if self.timer.as_ref().is_some_and(Timer::is_over) {
            return Some(passed());
        }
        let is_cancelled = |parent: &Parent| parent.call.is_cancelled();
        self.parent
            .as_ref()
            .is_some_and(is_cancelled)
            .then(cancelled)
    }

    /// Waits for the end.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        if let Some(timer) = &mut self.timer
            && timer.poll(cx).is_ready()
        {
            return Poll::Ready(passed());
        }
        match &mut self.parent {
            Some(parent) => parent.poll(cx).map(|()| cancelled()),
            None => Poll::Pending,
        }
    }
}

/// The time of this call is over.
pub(super) fn passed() -> Status {
    Status::deadline_exceeded("the deadline passed")
}

fn cancelled() -> Status {
    Status::cancelled("the call that this one was made for was cancelled")
}

// === impl Timer ===

impl Timer {
    pub(super) fn new(deadline: Instant) -> Self {
        let sleep = None;
        Self { deadline, sleep }
    }

    /// tonic's server has a timer for the same time, and asks us first. The runtime wakes timers one after the other; the
    /// clock knows better than a timer that was not woken yet.
    fn is_over(&self) -> bool {
        self.deadline <= now()
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_over() {
            return Poll::Ready(());
        }
        let deadline = self.deadline.into();
        let sleep = || Box::pin(tokio::time::sleep_until(deadline));
        self.sleep.get_or_insert_with(sleep).as_mut().poll(cx)
    }
}

impl Guard for Timer {
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        self.poll(cx).map(|()| passed())
    }
}

// === impl Parent ===

impl Parent {
    fn new(call: ParentCall) -> Self {
        Self { call, wait: None }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let wait = || Box::pin(self.call.wait_for_cancellation());
        self.wait.get_or_insert_with(wait).as_mut().poll(cx)
    }
}

// === impl Enforce ===

impl Guard for Enforce {
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        self.ends.poll(cx)
    }

    fn around(&mut self, poll: &mut dyn FnMut()) {
        match &self.serves {
            Some(call) => call.clone().sync_scope(poll),
            None => poll(),
        }
    }
}
