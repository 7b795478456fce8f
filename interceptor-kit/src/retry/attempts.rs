//! What may come after an attempt: the decision alone, without a clock.

use std::{sync::Arc, time::Duration};

use interceptor_core::{
    Side,
    tonic::{Code, Status},
};

use super::Retry;
use crate::policy::{Failure, Pushback, RetryPolicy, Throttle};

/// The attempts of one call so far.
pub(super) struct Attempts<'r> {
    retry: &'r Retry,
    policy: Option<Arc<RetryPolicy>>,
    side: Side,
    /// Those that count, the one under way included.
    made: u32,
    /// Retries since the beginning, or since a server said when: the exponent of the backoff.
    since_pushback: u32,
    /// Whether a refused attempt may still be made again as if nothing had happened.
    may_be_refused: bool,
}

/// Another attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Again {
    pub(super) wait: Duration,
    pub(super) previous_attempts: u32,
    pub(super) is_transparent: bool,
}

// === impl Attempts ===

impl<'r> Attempts<'r> {
    #[inline]
    pub(super) fn new(retry: &'r Retry, policy: Option<Arc<RetryPolicy>>, side: Side) -> Self {
        Self {
            retry,
            policy,
            side,
            made: 1,
            since_pushback: 0,
            may_be_refused: true,
        }
    }

    /// The attempt under way ended with this status: the next one, if there is to be one.
    pub(super) fn after(&mut self, status: &Status) -> Option<Again> {
        match Failure::of(status, self.side) {
            Failure::NeverSent => Some(self.again(Duration::ZERO, true)),
            Failure::Refused if self.may_be_refused => {
                self.may_be_refused = false;
                Some(self.again(Duration::ZERO, true))
            }
            failure => {
                self.may_be_refused = false;
                let pushback = Pushback::of(status.metadata());
                let wait = self.by_policy(failure.code()?, pushback)?;
                self.made += 1;
                Some(self.again(wait, false))
            }
        }
    }

    /// The order is that of gRFC A6: a failure that counts takes its token, also if it is the last one.
    fn by_policy(&mut self, code: Code, pushback: Pushback) -> Option<Duration> {
        let throttle = self.retry.throttle.as_ref();
        let has_tokens = || throttle.is_none_or(Throttle::failed);
        if pushback == Pushback::Stop {
            let _ = has_tokens();
            return None;
        }
        let policy = self.policy.as_ref()?;
        if !policy.codes().contains(code) || !has_tokens() {
            return None;
        }
        let max_attempts = policy.max_attempts().min(self.retry.max_attempts_cap);
        if self.made >= max_attempts {
            return None;
        }
        if let Pushback::After(wait) = pushback {
            self.since_pushback = 0;
            return Some(wait);
        }
        self.since_pushback += 1;
        let jitter = self.retry.jitter.factor();
        Some(policy.backoff().delay(self.since_pushback, jitter))
    }

    fn again(&self, wait: Duration, is_transparent: bool) -> Again {
        Again {
            wait,
            previous_attempts: self.made - 1,
            is_transparent,
        }
    }
}
