//! One fetch at a time, for all who wait for it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// A fetch that runs in a task of its own: whoever waits for it may go away, and it goes on.
#[derive(Debug)]
pub(super) struct Flight<T>(Mutex<Option<Waiter<T>>>);

/// Waits for a fetch.
#[derive(Debug, Clone)]
pub(super) struct Waiter<T>(watch::Receiver<Option<T>>);

// === impl Flight ===

impl<T: Clone + Send + Sync + 'static> Flight<T> {
    pub(super) fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// The one that is under way; else the one that `fetch` makes.
    pub(super) fn join_or<F>(&self, fetch: impl FnOnce() -> Option<F>) -> Option<Waiter<T>>
    where
        F: Future<Output = T> + Send + 'static,
    {
        let mut current = self.lock();
        if let Some(waiter) = current.as_ref().filter(|waiter| waiter.is_under_way()) {
            return Some(waiter.clone());
        }
        let fetch = fetch()?;
        let (sender, receiver) = watch::channel(None);
        tokio::spawn(async move {
            let fetched = fetch.await;
            let _ = sender.send(Some(fetched)); // nobody may wait any more
        });
        *current = Some(Waiter(receiver.clone()));
        Some(Waiter(receiver))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Waiter<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Waiter ===

impl<T: Clone> Waiter<T> {
    /// What came of it; None if its task panicked, or the runtime is going down.
    pub(super) async fn wait(mut self) -> Option<T> {
        let fetched = self.0.wait_for(Option::is_some).await.ok()?;
        fetched.clone()
    }

    fn is_under_way(&self) -> bool {
        self.0.borrow().is_none() && self.0.has_changed().is_ok()
    }
}
