use std::time::Duration;

use interceptor_core::tonic::metadata::MetadataMap;

/// What a server says of another attempt, by `grpc-retry-pushback-ms` in an answer without a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushback {
    /// Nothing.
    None,
    /// After exactly so long, and no sooner or later.
    After(Duration),
    /// None.
    Stop,
}

/// The name of the header.
const HEADER: &str = "grpc-retry-pushback-ms";

// === impl Pushback ===

impl Pushback {
    /// Reads it out of the metadata of a status.
    ///
    /// Digits, up to 2,147,483,647, are milliseconds; leading zeros are accepted. All else is [`Stop`](Self::Stop): a
    /// sign, blanks, a fraction, nothing at all, and a header that is there twice.
    #[must_use]
    pub fn of(metadata: &MetadataMap) -> Self {
        let mut values = metadata.as_ref().get_all(HEADER).iter();
        match (values.next(), values.next()) {
            (None, _) => Self::None,
            (Some(value), None) => milliseconds(value.as_bytes()).map_or(Self::Stop, Self::After),
            (Some(_), Some(_)) => Self::Stop,
        }
    }
}

/// Not `str::parse`, which takes a plus sign.
fn milliseconds(digits: &[u8]) -> Option<Duration> {
    if digits.is_empty() {
        return None;
    }
    let number = digits.iter().try_fold(0_i32, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| i32::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })?;
    Some(Duration::from_millis(u64::try_from(number).ok()?))
}
