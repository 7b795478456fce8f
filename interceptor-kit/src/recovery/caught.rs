//! A panic that was caught.

use std::{
    any::Any,
    backtrace::Backtrace,
    borrow::Cow,
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
};

use interceptor_core::{CallKind, Method, Side};

use super::hook::{self, Place, Polling};

/// A panic, as [`Recovery::on_panic`](super::Recovery::on_panic) gets it. It holds what the caller of the call is not told.
#[derive(Debug)]
#[non_exhaustive]
pub struct Panic<'a> {
    /// Which method was called.
    pub method: &'a Method,
    /// How many messages go each way.
    pub kind: CallKind,
    /// On which side.
    pub side: Side,
    /// What the panic says; empty if it was given something that is no text.
    pub text: &'a str,
    /// The file, the line and the column, if the process' panic hook was asked.
    pub location: Option<&'a str>,
    /// The backtrace, if the environment asks for backtraces.
    pub backtrace: Option<&'a Backtrace>,
}

/// A panic without the call in which it happened. In a box, since most calls have none.
#[derive(Debug)]
pub(super) struct Caught(Box<What>);

#[derive(Debug)]
struct What {
    text: Cow<'static, str>,
    place: Option<Place>,
}

// === impl Caught ===

impl Caught {
    pub(super) fn text(&self) -> &str {
        &self.0.text
    }

    pub(super) fn location(&self) -> Option<&str> {
        self.0.place.as_ref()?.location.as_deref()
    }

    pub(super) fn backtrace(&self) -> Option<&Backtrace> {
        self.0.place.as_ref()?.backtrace.as_ref()
    }
}

/// Runs what may panic. What it works on is not to be used after it has.
#[inline]
pub(super) fn catch<R>(run: impl FnOnce() -> R) -> Result<R, Caught> {
    let polling = Polling::begin();
    let result = catch_unwind(AssertUnwindSafe(run));
    drop(polling);
    result.map_err(caught)
}

#[cold]
fn caught(payload: Box<dyn Any + Send>) -> Caught {
    Caught(Box::new(What {
        text: text(payload),
        place: hook::last(),
    }))
}

fn text(payload: Box<dyn Any + Send>) -> Cow<'static, str> {
    let text = payload
        .downcast_ref::<&'static str>()
        .map(|text| Cow::Borrowed(*text));
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned().map(Cow::Owned));
    mem::forget(payload); // its drop may panic, too
    text.unwrap_or_default()
}
