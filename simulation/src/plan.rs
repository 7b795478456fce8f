//! What each call is, by the seed and its number.

use std::{sync::Arc, time::Duration};

use grpc_interceptor::policy::{Backoff, CallPolicy, HedgingPolicy, RetryPolicy};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use tonic::Code;

/// How many call types there are.
pub const CALL_TYPES: u32 = 4;

const RETRY_ATTEMPTS: u32 = 4;
const HEDGES: u32 = 3;
const MOST_MESSAGES: u32 = 6;

/// One call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) id: u64,
    pub(crate) kind: Kind,
    pub(crate) mode: Mode,
    /// Of a streamed side.
    pub(crate) messages: u32,
    pub(crate) deadline: Duration,
    /// When the caller goes away, if it does.
    pub(crate) patience: Option<Duration>,
    /// Between the messages of a request.
    pub(crate) pause: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    UnaryUnary,
    UnaryStream,
    StreamUnary,
    StreamStream,
}

/// What the call's policy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// None: it has side effects.
    Plain,
    Never,
    Retried,
    Hedged,
}

/// The policies of those calls that have one.
#[derive(Debug, Clone)]
pub(crate) struct Policies {
    retry: Arc<RetryPolicy>,
    hedging: Arc<HedgingPolicy>,
}

// === impl Plan ===

impl Plan {
    /// In the storm anything may be asked for.
    pub(crate) fn in_storm(seed: u64, id: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed ^ id.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mode = match random.random_range(0..8) {
            0..=2 => Mode::Plain,
            3 => Mode::Never,
            4 | 5 => Mode::Retried,
            _ => Mode::Hedged,
        };
        Self {
            id,
            kind: Kind::of(id),
            mode,
            messages: random.random_range(0..=MOST_MESSAGES),
            deadline: millis(random.random_range(20..600)),
            patience: random
                .random_bool(0.1)
                .then(|| millis(random.random_range(1..60))),
            pause: millis(random.random_range(0..8)),
        }
    }

    /// Behind it, what has to succeed.
    pub(crate) fn in_calm(id: u64) -> Self {
        Self {
            id,
            kind: Kind::of(id),
            mode: Mode::Plain,
            messages: 3,
            deadline: Duration::from_secs(5),
            patience: None,
            pause: Duration::ZERO,
        }
    }
}

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

// === impl Kind ===

impl Kind {
    fn of(id: u64) -> Self {
        match id % u64::from(CALL_TYPES) {
            0 => Self::UnaryUnary,
            1 => Self::UnaryStream,
            2 => Self::StreamUnary,
            _ => Self::StreamStream,
        }
    }
}

// === impl Mode ===

impl Mode {
    /// How often a handler may run for one call.
    pub(crate) fn most_runs(self) -> u32 {
        match self {
            Self::Plain | Self::Never => 1,
            Self::Retried => RETRY_ATTEMPTS,
            Self::Hedged => HEDGES,
        }
    }
}

// === impl Policies ===

impl Policies {
    /// # Panics
    ///
    /// Never: these numbers are within their bounds.
    pub(crate) fn new() -> Self {
        let backoff = Backoff::new(millis(10), millis(80), 2.0).expect("a backoff");
        let codes = [Code::Unavailable, Code::Aborted];
        let retry = RetryPolicy::new(RETRY_ATTEMPTS, backoff, codes).expect("a policy");
        let hedging = HedgingPolicy::new(HEDGES).expect("a policy");
        let hedging = hedging.delay(millis(25)).non_fatal(codes).expect("codes");
        Self {
            retry: Arc::new(retry),
            hedging: Arc::new(hedging),
        }
    }

    pub(crate) fn of(&self, mode: Mode) -> Option<CallPolicy> {
        match mode {
            Mode::Plain => None,
            Mode::Never => Some(CallPolicy::Never),
            Mode::Retried => Some(CallPolicy::Retry(Arc::clone(&self.retry))),
            Mode::Hedged => Some(CallPolicy::Hedging(Arc::clone(&self.hedging))),
        }
    }
}
