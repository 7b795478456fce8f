//! Watches over a call: lets go of it at its moment, and when it hangs; catches what it panics with.

use std::{
    any::Any,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::{Sleep, sleep};

use super::{Gate, Moment, caller::Stop};

/// Watches over one call.
pub(super) struct Watch {
    gate: Gate,
    /// How often the call may still be polled.
    polls: Option<usize>,
    elapsed: Option<Duration>,
    patience: Duration,
}

// === impl Watch ===

impl Watch {
    pub(super) fn new(gate: Gate, cancel: Option<Moment>, patience: Duration) -> Self {
        let (mut polls, mut elapsed) = (None, None);
        match cancel {
            Some(Moment::Polls(count)) => polls = Some(count),
            Some(Moment::Elapsed(time)) => elapsed = Some(time),
            _ => {}
        }
        Self {
            gate,
            polls,
            elapsed,
            patience,
        }
    }

    /// Runs the call to its end, or to where it is dropped.
    pub(super) async fn over(mut self, call: impl Future<Output = Stop>) -> Stop {
        let mut call = pin!(call);
        let mut patience = pin!(sleep(self.patience));
        let mut elapsed = self.elapsed.map(|time| Box::pin(sleep(time)));
        poll_fn(|cx| {
            if self.polls == Some(0) {
                return Poll::Ready(Stop::Cancelled);
            }
            if let Poll::Ready(stop) = poll_caught(call.as_mut(), cx) {
                return Poll::Ready(stop);
            }
            self.polls = self.polls.map(|polls| polls - 1);
            if self.polls == Some(0) || self.is_moment(elapsed.as_mut(), cx) {
                return Poll::Ready(Stop::Cancelled);
            }
            patience.as_mut().poll(cx).map(|()| Stop::Hung)
        })
        .await
    }

    fn is_moment(&self, elapsed: Option<&mut Pin<Box<Sleep>>>, cx: &mut Context<'_>) -> bool {
        let elapsed = elapsed.is_some_and(|sleep| sleep.as_mut().poll(cx).is_ready());
        elapsed || self.gate.poll_reached(cx).is_ready()
    }
}

fn poll_caught(call: Pin<&mut impl Future<Output = Stop>>, cx: &mut Context<'_>) -> Poll<Stop> {
    catch_unwind(AssertUnwindSafe(|| call.poll(cx)))
        .unwrap_or_else(|panic| Poll::Ready(Stop::Panicked(text_of(&*panic))))
}

/// What a panic says.
pub(crate) fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("not with a text").to_owned()
}
