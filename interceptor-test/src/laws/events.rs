//! What happened, in order; and waiting for it.

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use super::body::lock;

/// A log that can be waited on.
#[derive(Debug, Clone, Default)]
pub(super) struct Events(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    log: Mutex<Vec<String>>,
    changed: Notify,
}

// === impl Events ===

impl Events {
    pub(super) fn push(&self, event: impl Into<String>) {
        lock(&self.0.log).push(event.into());
        self.0.changed.notify_waiters();
    }

    pub(super) fn all(&self) -> Vec<String> {
        lock(&self.0.log).clone()
    }

    /// How often it happened.
    pub(super) fn count(&self, event: &str) -> usize {
        self.all().iter().filter(|it| *it == event).count()
    }

    /// Where it stands, if it happened.
    pub(super) fn position(&self, event: &str) -> Option<usize> {
        self.all().iter().position(|it| it == event)
    }

    pub(super) fn has(&self, event: &str) -> bool {
        self.position(event).is_some()
    }

    pub(super) async fn wait_for(&self, event: &str) {
        loop {
            let changed = self.0.changed.notified();
            let mut changed = std::pin::pin!(changed);
            changed.as_mut().enable();
            if self.has(event) {
                return;
            }
            changed.await;
        }
    }
}
