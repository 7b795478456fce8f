use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

/// How many bytes all [`Replay`](crate::Replay)s that share it may keep. Clones share it.
///
/// A request that finds no room in it is one over its limit: it goes on, and cannot be sent again; the others keep what
/// they have. What is kept is given back when it is freed, at the latest when a replay and its attempts are gone.
#[derive(Clone)]
pub struct ReplayBudget(Arc<Budget>);

struct Budget {
    max: usize,
    held: AtomicUsize,
}

// === impl ReplayBudget ===

impl ReplayBudget {
    /// So many bytes in all.
    #[must_use]
    pub fn new(max_bytes: usize) -> Self {
        let (max, held) = (max_bytes, AtomicUsize::new(0));
        Self(Arc::new(Budget { max, held }))
    }

    /// How many bytes may be kept.
    #[must_use]
    pub fn max_bytes(&self) -> usize {
        self.0.max
    }

    /// How many bytes are kept.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.0.held.load(Relaxed)
    }

    /// Takes so many bytes, if there is room.
    #[inline]
    pub(super) fn take(&self, bytes: usize) -> bool {
        let Budget { max, held } = &*self.0;
        let more = |held: usize| held.checked_add(bytes).filter(|held| held <= max);
        held.fetch_update(Relaxed, Relaxed, more).is_ok()
    }

    #[inline]
    pub(super) fn give_back(&self, bytes: usize) {
        self.0.held.fetch_sub(bytes, Relaxed);
    }
}

impl fmt::Debug for ReplayBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayBudget")
            .field("max_bytes", &self.max_bytes())
            .field("held_bytes", &self.held_bytes())
            .finish()
    }
}
