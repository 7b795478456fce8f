//! Where the state of a call is, and who may get at it.

use std::{
    mem,
    sync::{Arc, PoisonError},
};

use super::{End, Observer, ending::Ended, guard::guarded};
use crate::sync::{Mutex, MutexGuard};

/// A call under observation: the observer, which is borrowed as long as the chain is there, and its state of the call.
pub(super) struct Observed<H, O: Observer> {
    observer: H,
    place: Place<O::Call>,
}

/// Where the state is.
enum Place<S> {
    /// With who tells of the response and of the end.
    Own(S),
    /// With those and the request's body; gone when the end was told.
    Shared(Cell<S>),
}

type Cell<S> = Arc<Mutex<Option<S>>>;

// === impl Observed ===

impl<H: AsRef<O>, O: Observer> Observed<H, O> {
    #[inline]
    pub(super) fn new(observer: H, call: O::Call) -> Self {
        let place = Place::Own(call);
        Self { observer, place }
    }

    /// Calls a callback, unless the call has ended.
    #[inline]
    pub(super) fn tell(&mut self, callback: impl FnOnce(&O, &mut O::Call)) {
        let observer = &self.observer;
        match &mut self.place {
            Place::Own(call) => {
                guarded(|| callback(observer.as_ref(), call));
            }
            Place::Shared(cell) => tell_shared(cell, |call| callback(observer.as_ref(), call)),
        }
    }

    /// Puts the state where the request's body can get at it too.
    pub(super) fn share<H2>(self, observer: H2) -> (Self, Observed<H2, O>) {
        let cell = match self.place {
            Place::Own(call) => Arc::new(Mutex::new(Some(call))),
            Place::Shared(cell) => cell,
        };
        let place = Place::Shared(Arc::clone(&cell));
        let other = Observed { observer, place };
        let place = Place::Shared(cell);
        (Self { place, ..self }, other)
    }

    /// The same under another handle of the observer.
    pub(super) fn with<H2>(self, observer: H2) -> Observed<H2, O> {
        let place = self.place;
        Observed { observer, place }
    }
}

impl<H: AsRef<O>, O: Observer> Ended for Observed<H, O> {
    #[inline]
    fn ended(self, end: &End<'_>) {
        let observer = self.observer.as_ref();
        match self.place {
            Place::Own(call) => observer.end(call, end),
            Place::Shared(cell) => {
                let state = mem::take(&mut *lock(&cell));
                if let Some(state) = state {
                    observer.end(state, end);
                }
            }
        }
    }
}

#[inline(never)]
fn tell_shared<S>(cell: &Mutex<Option<S>>, callback: impl FnOnce(&mut S)) {
    if let Some(call) = &mut *lock(cell) {
        guarded(|| callback(call));
    }
}

/// Callbacks that run under the lock are guarded, so nothing panics while it is held.
fn lock<S>(cell: &Mutex<Option<S>>) -> MutexGuard<'_, Option<S>> {
    cell.lock().unwrap_or_else(PoisonError::into_inner)
}
