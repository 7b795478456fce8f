use std::time::Duration;

use interceptor_core::ConfigError;

/// How long to wait after an attempt: twice as long as after the one before, within bounds.
///
/// ```
/// # use interceptor_kit::retry_on_error::WaitExponential;
/// let wait = WaitExponential::new(0.5, 0.5, 3.0)?;
/// let seconds: Vec<f64> = (0..5).map(|attempt| wait.waiting_time(attempt).as_secs_f64()).collect();
/// assert_eq!(seconds, [0.5, 1.0, 2.0, 3.0, 3.0]);
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitExponential {
    multiplier: f64,
    min: f64,
    max: f64,
}

// === impl WaitExponential ===

impl WaitExponential {
    /// Waits `multiplier` · 2ⁿ seconds after attempt n, counted from 0, but no less than `min` and no more than `max`.
    ///
    /// # Errors
    ///
    /// A number that is not finite or is negative, and a `min` over `max`.
    pub fn new(multiplier: f64, min: f64, max: f64) -> Result<Self, ConfigError> {
        for (name, seconds) in [("multiplier", multiplier), ("min", min), ("max", max)] {
            if !seconds.is_finite() || seconds < 0.0 {
                return Err(ConfigError::new(format!(
                    "`{name}` is {seconds}; give a finite number of seconds, 0 or more"
                )));
            }
        }
        if min > max {
            return Err(ConfigError::new(format!(
                "`min` is {min} s and over `max`, which is {max} s; give a `max` that is no less than `min`"
            )));
        }
        Ok(Self {
            multiplier,
            min,
            max,
        })
    }

    /// How long to wait after this attempt, counted from 0: max(0, min, min(multiplier · 2ⁿ, max)).
    #[must_use]
    pub fn waiting_time(&self, attempt: u32) -> Duration {
        let grown = doubled(self.multiplier, attempt);
        let seconds = grown.min(self.max).max(self.min).max(0.0);
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}

/// `seconds` · 2ⁿ, in two steps that are finite each: nothing is 0 · ∞, and what overflows is ∞.
fn doubled(seconds: f64, times: u32) -> f64 {
    let (first, second) = (times / 2, times - times / 2);
    let power = |times: u32| f64::from(times.min(1023)).exp2();
    seconds * power(first) * power(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(multiplier: f64, min: f64, max: f64) -> WaitExponential {
        WaitExponential::new(multiplier, min, max).unwrap()
    }

    #[test]
    fn doubles_within_its_bounds() {
        for (wait, seconds) in [
            (wait(0.5, 0.5, 3.0), [0.5, 1.0, 2.0, 3.0, 3.0]),
            (wait(0.1, 0.0, 60.0), [0.1, 0.2, 0.4, 0.8, 1.6]),
            (wait(0.1, 0.3, 1.0), [0.3, 0.3, 0.4, 0.8, 1.0]),
            (wait(9.0, 0.0, 3.0), [3.0; 5]),
            (wait(0.0, 0.0, 3.0), [0.0; 5]),
            (wait(0.0, 2.0, 3.0), [2.0; 5]),
            (wait(1.0, 0.0, 0.0), [0.0; 5]),
            (wait(-0.0, -0.0, 3.0), [0.0; 5]),
        ] {
            let times: Vec<_> = (0..5).map(|attempt| wait.waiting_time(attempt)).collect();
            assert_eq!(times, seconds.map(Duration::from_secs_f64), "{wait:?}");
        }
    }

    #[test]
    fn saturates_at_the_maximum() {
        for attempt in [2_200, 1 << 31, u32::MAX - 1, u32::MAX] {
            for multiplier in [5e-324, 1e-9, 0.5, f64::MAX] {
                let time = wait(multiplier, 0.0, 3.0).waiting_time(attempt);
                assert_eq!(time, Duration::from_secs(3), "{multiplier} {attempt}");
            }
            let time = wait(0.0, 0.0, 3.0).waiting_time(attempt);
            assert_eq!(time, Duration::ZERO, "nothing stays nothing");
        }
        let longest = wait(1.0, 0.0, f64::MAX).waiting_time(u32::MAX);
        assert_eq!(longest, Duration::MAX);
    }

    #[test]
    fn is_exact_also_where_the_power_of_two_alone_is_none() {
        let smallest = f64::from_bits(1); // 2 to the -1,074th
        let time = wait(smallest, 0.0, 1e9).waiting_time(1_077);
        assert_eq!(time, Duration::from_secs(8));
    }

    #[test]
    fn wrong_numbers_are_errors_that_name_them() {
        for (multiplier, min, max, text) in [
            (
                f64::NAN,
                0.0,
                1.0,
                "`multiplier` is NaN; give a finite number of seconds, 0 or more",
            ),
            (
                1.0,
                f64::NEG_INFINITY,
                1.0,
                "`min` is -inf; give a finite number of seconds, 0 or more",
            ),
            (
                1.0,
                0.0,
                f64::INFINITY,
                "`max` is inf; give a finite number of seconds, 0 or more",
            ),
            (
                -0.5,
                0.0,
                1.0,
                "`multiplier` is -0.5; give a finite number of seconds, 0 or more",
            ),
            (
                1.0,
                -1.0,
                1.0,
                "`min` is -1; give a finite number of seconds, 0 or more",
            ),
            (
                1.0,
                -2.0,
                -1.0,
                "`min` is -2; give a finite number of seconds, 0 or more",
            ),
            (
                1.0,
                3.0,
                1.5,
                "`min` is 3 s and over `max`, which is 1.5 s; give a `max` that is no less than `min`",
            ),
        ] {
            let error = WaitExponential::new(multiplier, min, max).unwrap_err();
            assert_eq!(error.to_string(), text);
        }
    }
}
