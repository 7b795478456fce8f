use std::time::Duration;

use interceptor_core::ConfigError;

/// How long to wait before a retry: longer each time, up to a maximum, and spread by jitter.
///
/// Before retry n, counted from 1: min(`initial` · `multiplier`ⁿ⁻¹, `max`) · U\[0.8, 1.2\] (gRFC A6). The jitter comes
/// after the maximum, so a wait may be 20 % longer than that. An `initial` over `max` is cut to it from the first retry on.
///
/// ```
/// # use std::time::Duration;
/// # use interceptor_kit::policy::Backoff;
/// let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1), 2.0)?;
/// let millis: Vec<u128> = (1..=6).map(|retry| backoff.delay(retry, 1.0).as_millis()).collect();
/// assert_eq!(millis, [100, 200, 400, 800, 1_000, 1_000]);
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Backoff {
    initial: Duration,
    max: Duration,
    multiplier: f64,
}

// === impl Backoff ===

impl Backoff {
    /// A multiplier below 1 makes waits shorter each time, which is legal.
    ///
    /// # Errors
    ///
    /// An `initial`, a `max` or a `multiplier` that is not over 0; a multiplier that is not finite.
    pub fn new(initial: Duration, max: Duration, multiplier: f64) -> Result<Self, ConfigError> {
        for (name, duration) in [("initial_backoff", initial), ("max_backoff", max)] {
            if duration.is_zero() {
                return Err(ConfigError::new(format!("`{name}` is 0; give some time")));
            }
        }
        if !multiplier.is_finite() || multiplier <= 0.0 {
            return Err(ConfigError::new(format!(
                "`backoff_multiplier` is {multiplier}; give a finite number over 0"
            )));
        }
        Ok(Self {
            initial,
            max,
            multiplier,
        })
    }

    /// The wait before that retry, counted from 1, with that factor for jitter.
    #[must_use]
    pub fn delay(&self, retry: u32, jitter: f64) -> Duration {
        let power = i32::try_from(retry.saturating_sub(1)).unwrap_or(i32::MAX);
        let grown = self.initial.as_secs_f64() * self.multiplier.powi(power);
        let seconds = grown.min(self.max.as_secs_f64()) * jitter;
        // to the nanosecond, or a tenth of a second would be a nanosecond less
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }

    /// The wait before the first retry, without jitter.
    #[must_use]
    pub fn initial(&self) -> Duration {
        self.initial
    }

    /// The longest wait, without jitter.
    #[must_use]
    pub fn max(&self) -> Duration {
        self.max
    }

    /// How much longer each wait is than the one before.
    #[must_use]
    pub fn multiplier(&self) -> f64 {
        self.multiplier
    }
}
