//! Iterators of the user's between two of their items.

use std::sync::Weak;

use super::pool::Pool;

/// An iterator of the user's. Wherever it is dropped, its own drop runs on a thread of the pool, since it may block.
pub(super) struct Kept<I: Iterator + Send + 'static> {
    iterator: Option<I>,
    /// There while the iterator may still read requests.
    reads: Weak<()>,
    pool: Pool,
}

// === impl Kept ===

impl<I: Iterator + Send + 'static> Kept<I> {
    pub(super) fn new(iterator: I, pool: Pool) -> Self {
        Self {
            iterator: Some(iterator),
            reads: Weak::new(),
            pool,
        }
    }

    /// One that reads requests while this lives. If it is dropped before it has come to an end, it is asked once more, so
    /// that it sees CANCELLED where it reads.
    pub(super) fn reading(mut self, reads: Weak<()>) -> Self {
        self.reads = reads;
        self
    }

    /// The next item. An iterator at its end is dropped here, which is on a thread.
    pub(super) fn step(mut self) -> Option<(Self, I::Item)> {
        let mut iterator = self.iterator.take()?;
        let item = iterator.next()?;
        self.iterator = Some(iterator);
        Some((self, item))
    }

    /// It came to an end otherwise.
    pub(super) fn finish(mut self) {
        self.reads = Weak::new();
    }
}

impl<I: Iterator + Send + 'static> Drop for Kept<I> {
    fn drop(&mut self) {
        let Some(mut iterator) = self.iterator.take() else {
            return;
        };
        let reads = std::mem::take(&mut self.reads);
        let end = move || {
            if reads.strong_count() > 0 {
                drop(iterator.next());
            }
        };
        let _dropped_here = self.pool.run(Box::new(end)).is_err();
    }
}
