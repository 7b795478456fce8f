use interceptor_core::{ConfigError, tonic::Code};

use super::{Backoff, Codes};

/// How often, when and after which codes a call is made again: `retryPolicy` of a service config.
#[derive(Debug, Clone, PartialEq)]
pub struct RetryPolicy {
    max_attempts: u32,
    backoff: Backoff,
    codes: Codes,
}

// === impl RetryPolicy ===

impl RetryPolicy {
    /// At most `max_attempts` in all, the first included, with that waiting in between, after these codes.
    ///
    /// The code of an error on the way is the specification's, and not tonic's: a lost connection is UNAVAILABLE.
    ///
    /// # Errors
    ///
    /// Fewer than two attempts; no codes; OK among the codes.
    pub fn new(
        max_attempts: u32,
        backoff: Backoff,
        codes: impl IntoIterator<Item = Code>,
    ) -> Result<Self, ConfigError> {
        at_least_two(max_attempts)?;
        let codes = Codes::from_iter(codes);
        if codes.is_empty() {
            return Err(ConfigError::new(
                "there are no retryable codes; give at least one, such as UNAVAILABLE",
            ));
        }
        no_ok(codes, "retryable")?;
        Ok(Self {
            max_attempts,
            backoff,
            codes,
        })
    }

    /// How many attempts there are at most, the first included; the interceptor has a cap of its own on top.
    #[must_use]
    pub fn max_attempts(&self) -> u32 {
        self.max_attempts
    }

    /// How long to wait.
    #[must_use]
    pub fn backoff(&self) -> &Backoff {
        &self.backoff
    }

    /// The codes to retry.
    #[must_use]
    pub fn codes(&self) -> Codes {
        self.codes
    }
}

/// One attempt is what there is without a policy.
pub(super) fn at_least_two(max_attempts: u32) -> Result<(), ConfigError> {
    if max_attempts >= 2 {
        return Ok(());
    }
    Err(ConfigError::new(format!(
        "`max_attempts` is {max_attempts}; give at least 2: the first attempt counts"
    )))
}

pub(super) fn no_ok(codes: Codes, what: &str) -> Result<(), ConfigError> {
    if !codes.contains(Code::Ok) {
        return Ok(());
    }
    Err(ConfigError::new(format!(
        "OK is among the {what} codes, and no failure; take it out"
    )))
}
