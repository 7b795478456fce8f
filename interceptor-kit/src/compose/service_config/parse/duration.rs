//! A duration as protobuf writes it in JSON: seconds with a fraction, and an `s`.

use std::time::Duration;

/// About 10,000 years, as protobuf bounds it.
const MAX_SECONDS: u64 = 315_576_000_000;

/// What the text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) is_negative: bool,
    pub(super) time: Duration,
}

/// Up to nine decimals; digits before the point or behind it.
pub(super) fn parse(text: &str) -> Option<Parsed> {
    let number = text.strip_suffix('s')?;
    let (is_negative, number) = match number.strip_prefix('-') {
        Some(number) => (true, number),
        None => (false, number),
    };
    let (seconds, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_form = is_digits(seconds) && is_digits(fraction) && fraction.len() <= 9;
    if !has_form || (seconds.is_empty() && fraction.is_empty()) {
        return None;
    }
    let seconds: u64 = match seconds {
        "" => 0,
        seconds => seconds.parse().ok()?,
    };
    let nanos: u32 = format!("{fraction:0<9}").parse().ok()?;
    let is_in_range = seconds < MAX_SECONDS || (seconds == MAX_SECONDS && nanos == 0);
    is_in_range.then(|| Parsed {
        is_negative,
        time: Duration::new(seconds, nanos),
    })
}
