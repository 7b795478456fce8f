use std::time::Duration;

use interceptor_core::{ConfigError, tonic::Code};

use super::{
    Codes,
    retry::{at_least_two, no_ok},
};

/// How many attempts a call makes side by side, and how far apart they begin: `hedgingPolicy` of a service config.
#[derive(Debug, Clone, PartialEq)]
pub struct HedgingPolicy {
    max_attempts: u32,
    delay: Duration,
    non_fatal: Codes,
}

// === impl HedgingPolicy ===

impl HedgingPolicy {
    /// At most `max_attempts`, the first included; all at once, and each error fatal, unless the setters say otherwise.
    ///
    /// # Errors
    ///
    /// Fewer than two attempts.
    pub fn new(max_attempts: u32) -> Result<Self, ConfigError> {
        at_least_two(max_attempts)?;
        Ok(Self {
            max_attempts,
            delay: Duration::ZERO,
            non_fatal: Codes::none(),
        })
    }

    /// How long after an attempt the next one begins, by default 0: all begin at once.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The codes that end an attempt and not the call, by default none: the first error of any attempt is the call's.
    ///
    /// # Errors
    ///
    /// OK among the codes.
    pub fn non_fatal(mut self, codes: impl IntoIterator<Item = Code>) -> Result<Self, ConfigError> {
        self.non_fatal = Codes::from_iter(codes);
        no_ok(self.non_fatal, "non-fatal")?;
        Ok(self)
    }

    /// How many attempts there are at most, the first included; the interceptor has a cap of its own on top.
    #[must_use]
    pub fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// How long after an attempt the next one begins.
    #[must_use]
    pub fn hedging_delay(&self) -> Duration {
        self.delay
    }

    /// The codes that end an attempt and not the call.
    #[must_use]
    pub fn non_fatal_codes(&self) -> Codes {
        self.non_fatal
    }
}
