use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Runs a callback. What it panics with goes no further: a call does not depend on who observes it, and in a drop during
/// unwinding a second panic would abort the process.
#[inline]
pub(super) fn guarded<R>(callback: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(callback)) {
        Ok(result) => Some(result),
        Err(panic) => {
            mem::forget(panic); // its drop may panic, too
            report();
            None
        }
    }
}

#[cold]
fn report() {
    tracing::error!("a callback that observes calls panicked; the call goes on without it");
}
