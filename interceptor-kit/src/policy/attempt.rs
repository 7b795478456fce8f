use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use http::HeaderName;
use interceptor_core::{Call, CallType, Side};

/// Which attempt of its call this is, in the extensions of each attempt but the first: for what stands inside, such as a
/// trace of attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryAttempt {
    /// How many attempts there were before, as `grpc-previous-rpc-attempts` says it: transparent ones do not count.
    pub previous_attempts: u32,
    /// Whether it takes the place of one that no handler has seen.
    pub is_transparent: bool,
}

/// Counts what a call took, for what stands outside: put one into the extensions of a call, and look at it at its end.
///
/// Clones share the counts.
#[derive(Clone, Default)]
pub struct AttemptCounts(Arc<Counts>);

#[derive(Default)]
struct Counts {
    retries: AtomicU32,
    transparent_retries: AtomicU32,
    hedges: AtomicU32,
    waited_nanos: AtomicU64,
}

// === impl AttemptCounts ===

impl AttemptCounts {
    /// How many retries there were by policy.
    #[must_use]
    pub fn retries(&self) -> u32 {
        self.0.retries.load(Relaxed)
    }

    /// How many attempts took the place of one that no handler has seen.
    #[must_use]
    pub fn transparent_retries(&self) -> u32 {
        self.0.transparent_retries.load(Relaxed)
    }

    /// How many hedges there were beside the first attempt.
    #[must_use]
    pub fn hedges(&self) -> u32 {
        self.0.hedges.load(Relaxed)
    }

    /// How long no attempt was under way, because the call waited for the next one.
    #[must_use]
    pub fn waited(&self) -> Duration {
        Duration::from_nanos(self.0.waited_nanos.load(Relaxed))
    }

    /// Counts a retry by policy: for who makes attempts.
    pub fn add_retry(&self) {
        self.0.retries.fetch_add(1, Relaxed);
    }

    /// Counts an attempt in the place of one that no handler has seen.
    pub fn add_transparent_retry(&self) {
        self.0.transparent_retries.fetch_add(1, Relaxed);
    }

    /// Counts a hedge.
    pub fn add_hedge(&self) {
        self.0.hedges.fetch_add(1, Relaxed);
    }

    /// Adds to the time without an attempt.
    pub fn add_waited(&self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.0.waited_nanos.fetch_add(nanos, Relaxed);
    }
}

impl fmt::Debug for AttemptCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AttemptCounts")
            .field("retries", &self.retries())
            .field("transparent_retries", &self.transparent_retries())
            .field("hedges", &self.hedges())
            .field("waited", &self.waited())
            .finish()
    }
}

static PREVIOUS_ATTEMPTS: HeaderName = HeaderName::from_static("grpc-previous-rpc-attempts");

/// Marks an attempt that is not the first of its call: for what stands inside, and for the server. On a server the header
/// says what the client's attempts are, and stays.
pub(crate) fn mark<T: CallType>(attempt: &mut Call<T>, which: RetryAttempt) {
    if attempt.side() == Side::Client && which.previous_attempts > 0 {
        let number = which.previous_attempts.into();
        let headers = attempt.metadata_mut().as_mut();
        headers.insert(PREVIOUS_ATTEMPTS.clone(), number);
    }
    attempt.extensions_mut().insert(which);
}

/// Takes out what an application has no business to say. Looked for by eye: a hash costs more than the few names there are.
#[inline]
pub(crate) fn strip<T: CallType>(call: &mut Call<T>) {
    let mut names = call.metadata().as_ref().keys();
    if call.side() == Side::Client && names.any(|name| *name == PREVIOUS_ATTEMPTS) {
        call.metadata_mut().as_mut().remove(&PREVIOUS_ATTEMPTS);
    }
}
