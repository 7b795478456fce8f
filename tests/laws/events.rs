//! What happened, in order; and waiting for it.

use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

/// A log that can be waited on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Events(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    log: Mutex<Vec<String>>,
    changed: Notify,
}

// === impl Events ===

impl Events {
    pub(crate) fn push(&self, event: impl Into<String>) {
        self.0.log.lock().unwrap().push(event.into());
        self.0.changed.notify_waiters();
    }

    pub(crate) fn all(&self) -> Vec<String> {
        self.0.log.lock().unwrap().clone()
    }

    /// Where it stands, if it happened.
    pub(crate) fn position(&self, event: &str) -> Option<usize> {
        self.all().iter().position(|it| it == event)
    }

    pub(crate) fn has(&self, event: &str) -> bool {
        self.position(event).is_some()
    }

    pub(crate) async fn wait_for(&self, event: &str) {
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
