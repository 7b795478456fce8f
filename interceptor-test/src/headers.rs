//! Headers from text, and back.

use http::{
    HeaderMap,
    header::{HeaderName, HeaderValue},
};

/// Adds a header.
///
/// # Panics
///
/// If that is not one.
pub(crate) fn insert(headers: &mut HeaderMap, name: &str, value: &str) {
    let header = HeaderName::try_from(name).ok();
    let header = header.zip(HeaderValue::try_from(value).ok());
    let (name, value) = header.unwrap_or_else(|| panic!("not a header: {name:?}: {value:?}"));
    headers.append(name, value);
}

/// `grpc-timeout` of that time: in nanoseconds, or the largest unit below it that eight digits hold.
pub(crate) fn timeout(time: std::time::Duration) -> String {
    const MAX: u128 = 99_999_999;
    let units = [
        ("n", 1),
        ("u", 1_000),
        ("m", 1_000_000),
        ("S", 1_000_000_000),
        ("H", 3_600_000_000_000),
    ];
    let fits = units
        .iter()
        .map(|(unit, nanos)| (time.as_nanos() / nanos, unit))
        .find(|(number, _)| *number <= MAX);
    fits.map_or_else(
        || format!("{MAX}H"),
        |(number, unit)| format!("{number}{unit}"),
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_timeout_has_eight_digits_at_most() {
        for (time, text) in [
            (Duration::ZERO, "0n"),
            (Duration::from_millis(50), "50000000n"),
            (Duration::from_secs(1), "1000000u"),
            (Duration::from_secs(3600), "3600000m"),
            (Duration::from_secs(1_000_000), "1000000S"),
            (Duration::MAX, "99999999H"),
        ] {
            assert_eq!(timeout(time), text);
        }
    }

    #[test]
    #[should_panic(expected = r#"not a header: "x y": "1""#)]
    fn names_what_is_not_a_header() {
        insert(&mut HeaderMap::new(), "x y", "1");
    }
}
