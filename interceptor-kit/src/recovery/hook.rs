//! The process' panic hook: it alone knows where a panic happened.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    cell::{Cell, RefCell},
    panic::{self, PanicHookInfo},
    sync::Once,
};

thread_local! {
    /// How many recoveries are polling on this thread.
    static POLLING: Cell<u32> = const { Cell::new(0) };
    static LAST: RefCell<Option<Place>> = const { RefCell::new(None) };
}

/// Where a panic happened.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) location: Option<String>,
    pub(super) backtrace: Option<Backtrace>,
}

/// A recovery polls on this thread until this is dropped.
pub(super) struct Polling(());

// === impl Polling ===

impl Polling {
    #[inline]
    pub(super) fn begin() -> Self {
        POLLING.set(POLLING.get() + 1);
        Self(())
    }
}

impl Drop for Polling {
    #[inline]
    fn drop(&mut self) {
        POLLING.set(POLLING.get() - 1);
    }
}

/// Puts our hook before the one that is there, once for the process.
pub(super) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if POLLING.get() > 0 {
                LAST.set(Some(Place::of(info)));
            }
            before(info);
        }));
    });
}

/// Where the last panic of this thread happened.
pub(super) fn last() -> Option<Place> {
    LAST.take()
}

// === impl Place ===

impl Place {
    fn of(info: &PanicHookInfo<'_>) -> Self {
        let backtrace = Backtrace::capture();
        let is_there = backtrace.status() == BacktraceStatus::Captured;
        Self {
            location: info.location().map(ToString::to_string),
            backtrace: is_there.then_some(backtrace),
        }
    }
}
