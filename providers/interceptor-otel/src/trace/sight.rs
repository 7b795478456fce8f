//! What the two halves of a span's making know of one call: who runs things in it, and who sees what passes.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use tracing::Span;

/// In the extensions of a call.
#[derive(Clone)]
pub(super) struct Sight(Arc<Inner>);

struct Inner {
    /// Gone once the observer has it: extensions live longer than calls.
    span: Mutex<Option<Span>>,
    has_ended: AtomicBool,
    /// Whether a span nearer to the wire has the messages.
    is_above: AtomicBool,
}

// === impl Sight ===

impl Sight {
    pub(super) fn new(span: &Span) -> Self {
        Self(Arc::new(Inner {
            span: Mutex::new(Some(span.clone())),
            has_ended: AtomicBool::new(false),
            is_above: AtomicBool::new(false),
        }))
    }

    pub(super) fn take(&self) -> Option<Span> {
        let span = self.0.span.lock();
        span.unwrap_or_else(PoisonError::into_inner).take()
    }

    pub(super) fn end(&self) {
        self.0.has_ended.store(true, Relaxed);
    }

    pub(super) fn has_ended(&self) -> bool {
        self.0.has_ended.load(Relaxed)
    }

    /// There is a span of an attempt below.
    pub(super) fn is_above_another(&self) {
        self.0.is_above.store(true, Relaxed);
    }

    pub(super) fn is_nearest(&self) -> bool {
        !self.0.is_above.load(Relaxed)
    }
}
