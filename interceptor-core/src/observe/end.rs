use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

use tonic::{Code, Status};

use crate::{Origin, payload::Hook};

/// How a call ended. Every call that starts ends once.
///
/// | end | code |
/// |---|---|
/// | trailers, an answer without a body, or a short-circuit with a status | that code |
/// | no trailers at all | UNKNOWN |
/// | the caller dropped the future or the body | CANCELLED |
/// | reset by the peer, connection lost | by [`Origin`] |
/// | dropped when the call's deadline had passed | `DEADLINE_EXCEEDED` |
/// | unwinding | INTERNAL, and unwinding goes on |
#[derive(Debug)]
pub struct End<'a> {
    code: Code,
    status: Option<&'a Status>,
}

impl<'a> End<'a> {
    /// The code of the call's final status.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The call's final status, if it has one other than OK: none for a call that was dropped.
    #[must_use]
    pub fn status(&self) -> Option<&'a Status> {
        self.status
    }

    #[inline]
    pub(crate) fn ok() -> Self {
        Self::bare(Code::Ok)
    }

    /// A status that somebody gave.
    pub(crate) fn of(status: &'a Status) -> Self {
        Self {
            code: Origin::of(status)
                .transport()
                .and_then(|kind| kind.code())
                .unwrap_or(status.code()),
            status: Some(status).filter(|status| status.code() != Code::Ok),
        }
    }

    pub(crate) fn without_trailers() -> Self {
        Self::bare(Code::Unknown)
    }

    /// Dropped before its end.
    fn dropped(deadline: Option<Instant>) -> Self {
        Self::bare(if std::thread::panicking() {
            Code::Internal
        } else if deadline.is_some_and(|deadline| deadline <= crate::call::now()) {
            Code::DeadlineExceeded
        } else {
            Code::Cancelled
        })
    }

    fn bare(code: Code) -> Self {
        Self { code, status: None }
    }
}

/// Tells of the end of a call, once; dropped before that, it tells of the drop.
pub(crate) struct Ending<F: FnOnce(&End<'_>)> {
    tell: Option<F>,
    deadline: Option<Instant>,
}

impl<F: FnOnce(&End<'_>)> Ending<F> {
    pub(crate) fn new(tell: F, deadline: Option<Instant>) -> Self {
        Self {
            tell: Some(tell),
            deadline,
        }
    }

    /// A callback that panics must not keep the call from ending, and would abort the process if it did so in a drop
    /// during unwinding.
    pub(crate) fn tell(&mut self, end: &End<'_>) {
        if let Some(tell) = self.tell.take()
            && catch_unwind(AssertUnwindSafe(|| tell(end))).is_err()
        {
            tracing::error!("a callback that was told of the end of a call panicked");
        }
    }
}

impl<F: FnOnce(&End<'_>)> Drop for Ending<F> {
    fn drop(&mut self) {
        if self.tell.is_some() {
            self.tell(&End::dropped(self.deadline));
        }
    }
}

impl<F: FnOnce(&End<'_>) + Send> Hook for Ending<F> {
    fn finished(&mut self, end: &End<'_>) {
        self.tell(end);
    }
}
