//! When the next hedge begins, and what the end of one means: the decision alone, without a clock.

use std::time::{Duration, Instant};

use interceptor_core::{Side, tonic::Status};

use super::Hedge;
use crate::policy::{Failure, HedgingPolicy, Pushback, Throttle};

/// The hedges of one call so far.
pub(super) struct Plan<'h> {
    policy: &'h HedgingPolicy,
    throttle: Option<&'h Throttle>,
    side: Side,
    max_attempts: u32,
    begun: u32,
    /// When the next one begins, if nothing comes before; none if there is to be no other.
    next: Option<Instant>,
    /// Whether a refused hedge may still be sent again as if nothing had happened.
    may_be_refused: bool,
}

/// What the end of a hedge means for its call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The hedge is sent again, and keeps its number.
    Again,
    /// The call ends with that status.
    Fatal,
    /// The call goes on without it.
    NonFatal,
}

// === impl Plan ===

impl<'h> Plan<'h> {
    pub(super) fn new(policy: &'h HedgingPolicy, hedge: &'h Hedge, side: Side) -> Self {
        Self {
            policy,
            throttle: hedge.throttle.as_ref(),
            side,
            max_attempts: policy.max_attempts().min(hedge.max_attempts_cap),
            begun: 0,
            next: None,
            may_be_refused: true,
        }
    }

    /// The first attempt, which is always sent.
    pub(super) fn first(&mut self, now: Instant) -> u32 {
        self.begin(now)
    }

    /// The number of the hedge that begins now, if one does.
    pub(super) fn due(&mut self, now: Instant) -> Option<u32> {
        self.next.filter(|next| *next <= now)?;
        if self.throttle.is_some_and(|throttle| !throttle.allows()) {
            self.freeze();
            return None;
        }
        Some(self.begin(now))
    }

    fn begin(&mut self, now: Instant) -> u32 {
        let number = self.begun;
        self.begun += 1;
        self.schedule(now, self.policy.hedging_delay());
        number
    }

    fn schedule(&mut self, now: Instant, delay: Duration) {
        let is_last = self.begun >= self.max_attempts;
        self.next = now.checked_add(delay).filter(|_| !is_last);
    }

    /// No other hedge begins.
    pub(super) fn freeze(&mut self) {
        self.max_attempts = 0;
        self.next = None;
    }

    pub(super) fn next(&self) -> Option<Instant> {
        self.next
    }

    /// A hedge ended with this status.
    pub(super) fn after(&mut self, status: &Status, now: Instant) -> Verdict {
        let failure = Failure::of(status, self.side);
        match failure {
            Failure::NeverSent => return Verdict::Again,
            Failure::Refused if self.may_be_refused => {
                self.may_be_refused = false;
                return Verdict::Again;
            }
            _ => self.may_be_refused = false,
        }
        let Some(code) = failure.code() else {
            return Verdict::Fatal;
        };
        let pushback = Pushback::of(status.metadata());
        let is_fatal = !self.policy.non_fatal_codes().contains(code);
        if let Some(throttle) = self.throttle
            && (!is_fatal || pushback == Pushback::Stop)
        {
            let _ = throttle.failed(); // what is due asks again
        }
        if is_fatal {
            return Verdict::Fatal;
        }
        match pushback {
            Pushback::None => self.schedule(now, Duration::ZERO),
            Pushback::After(delay) => self.schedule(now, delay),
            Pushback::Stop => self.freeze(),
        }
        Verdict::NonFatal
    }
}
