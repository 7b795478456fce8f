use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Instant,
};

use pin_project_lite::pin_project;
use tonic::Status;

use super::{
    End,
    ending::{Ended, Ending},
};
use crate::{CallType, Reply};

pin_project! {
    /// A call under way: what [`Next::run`](crate::Next::run) returns.
    #[must_use = "futures do nothing unless polled"]
    pub struct Run<F> {
        #[pin]
        future: F,
        deadline: Option<Instant>,
    }
}

pin_project! {
    /// A call under way whose end somebody waits for: what [`Run::on_end`] returns.
    #[must_use = "futures do nothing unless polled"]
    pub struct OnEnd<F, E: Ended> {
        // dropped first: what is inside ends before what is outside
        #[pin]
        future: F,
        ending: Option<Ending<E>>,
    }
}

// === impl Run ===

impl<F> Run<F> {
    #[inline]
    pub(crate) fn new(deadline: Option<Instant>, future: F) -> Self {
        Self { future, deadline }
    }

    /// Tells how the call ended, exactly once: whether the future is dropped, the status is an error, or the streamed
    /// response ends much later. The codes are those of [`End`].
    ///
    /// A panic in `tell` is caught, and changes nothing for the call.
    ///
    /// # Cost
    ///
    /// None of its own for a unary response; one allocation for a streamed one, whose messages are not parsed for it.
    pub fn on_end<T, E>(self, tell: E) -> OnEnd<F, E>
    where
        T: CallType,
        F: Future<Output = Result<Reply<T>, Status>>,
        E: FnOnce(&End<'_>) + Send + 'static,
    {
        OnEnd {
            future: self.future,
            ending: Some(Ending::new(tell, self.deadline)),
        }
    }
}

impl<F: Future> Future for Run<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().future.poll(cx)
    }
}

impl<F> fmt::Debug for Run<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Run")
    }
}

// === impl OnEnd ===

impl<T, F, E> Future for OnEnd<F, E>
where
    T: CallType,
    F: Future<Output = Result<Reply<T>, Status>>,
    E: FnOnce(&End<'_>) + Send + 'static,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut result = ready!(this.future.poll(cx));
        let ending = this.ending.take();
        if let Some(ending) = ending.and_then(|ending| ending.unless_settled(&result))
            && let Ok(reply) = &mut result
        {
            reply.hook(Box::new(ending));
        }
        Poll::Ready(result)
    }
}

impl<F, E: Ended> fmt::Debug for OnEnd<F, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnEnd")
    }
}
