//! The header `grpc-timeout`: up to eight digits and a unit.
//!
//! What is written is rounded down, so that the peer never has more time than the caller. What cannot be read is
//! ignored, as tonic does it: a call with a broken header has no deadline.

use std::time::Duration;

use http::HeaderValue;

/// The largest number that eight digits hold.
const MAX: u64 = 99_999_999;

/// The time that a peer gives the call, if the header can be read. Nothing, `0S`, is a time: it has passed already.
pub(crate) fn parse(value: &HeaderValue) -> Option<Duration> {
    let (unit, digits) = value.as_bytes().split_last()?;
    let number = number(digits)?;
    Some(match unit {
        b'n' => Duration::from_nanos(number),
        b'u' => Duration::from_micros(number),
        b'm' => Duration::from_millis(number),
        b'S' => Duration::from_secs(number),
        b'M' => Duration::from_secs(number * 60),
        b'H' => Duration::from_secs(number * 3600),
        _ => return None,
    })
}

/// Not `str::parse`, which takes a plus sign.
fn number(digits: &[u8]) -> Option<u64> {
    let in_form = (1..=8).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    in_form.then(|| {
        digits
            .iter()
            .fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
    })
}

/// The header of that time, rounded down to the smallest unit that fits. Beyond 99,999,999 hours it is these.
pub(crate) fn print(timeout: Duration) -> HeaderValue {
    let (number, unit) = in_unit(timeout);
    let mut buffer = [0; 9];
    let start = write_digits(&mut buffer[..8], number);
    buffer[8] = unit;
    HeaderValue::from_bytes(&buffer[start..]).expect("digits and a letter are a header's value")
}

fn in_unit(timeout: Duration) -> (u64, u8) {
    let (secs, nanos) = (timeout.as_secs(), u64::from(timeout.subsec_nanos()));
    match secs {
        0 if nanos <= MAX => (nanos, b'n'),
        0..100 => (secs * 1_000_000 + nanos / 1_000, b'u'),
        100..100_000 => (secs * 1_000 + nanos / 1_000_000, b'm'),
        100_000..=MAX => (secs, b'S'),
        _ if secs / 60 <= MAX => (secs / 60, b'M'),
        _ => ((secs / 3600).min(MAX), b'H'),
    }
}

/// Writes the number to the end of the buffer, and says where it starts.
fn write_digits(buffer: &mut [u8], mut number: u64) -> usize {
    let mut start = buffer.len();
    loop {
        start -= 1;
        buffer[start] = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
        if number == 0 || start == 0 {
            return start;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: u64 = 3600;

    fn parsed(text: &str) -> Option<Duration> {
        parse(&HeaderValue::from_str(text).unwrap())
    }

    fn printed(timeout: Duration) -> String {
        print(timeout).to_str().unwrap().to_owned()
    }

    #[test]
    fn reads_each_unit() {
        for (text, timeout) in [
            ("1n", Duration::from_nanos(1)),
            ("1u", Duration::from_micros(1)),
            ("1m", Duration::from_millis(1)),
            ("1S", Duration::from_secs(1)),
            ("1M", Duration::from_secs(60)),
            ("1H", Duration::from_secs(HOUR)),
            ("00000001n", Duration::from_nanos(1)),
            ("10u", Duration::from_micros(10)),
            ("00000010m", Duration::from_millis(10)),
            ("1234S", Duration::from_secs(1234)),
            ("00000001M", Duration::from_secs(60)),
            ("09999999S", Duration::from_secs(9_999_999)),
            ("99999999S", Duration::from_secs(99_999_999)),
            ("99999999M", Duration::from_secs(99_999_999 * 60)),
            ("2562048H", Duration::from_secs(2_562_048 * HOUR)),
            ("99999999H", Duration::from_secs(99_999_999 * HOUR)),
            ("0S", Duration::ZERO),
            ("00000000S", Duration::ZERO),
        ] {
            assert_eq!(parsed(text), Some(timeout), "{text}");
        }
    }

    #[test]
    fn ignores_what_is_malformed() {
        for text in [
            "",
            "5x",
            "-1S",
            "+1S",
            "1234x",
            "1234s",
            "1234",
            "1",
            "S",
            "9a1S",
            "000000000S",
            "100000000n",
            " 1S",
            "1 S",
            "1S ",
            "1.5S",
            "1_0S",
            "1h",
        ] {
            assert_eq!(parsed(text), None, "{text:?}");
        }
        assert_eq!(parse(&HeaderValue::from_bytes(b"1\xff").unwrap()), None);
        assert_eq!(parse(&HeaderValue::from_bytes(b"\xb2S").unwrap()), None);
    }

    #[test]
    fn writes_the_smallest_unit_that_fits_rounded_down() {
        let secs = Duration::from_secs;
        for (timeout, text) in [
            (Duration::ZERO, "0n"),
            (Duration::from_nanos(12_345_678), "12345678n"),
            (Duration::from_nanos(99_999_999), "99999999n"),
            (Duration::from_millis(100), "100000u"),
            (Duration::from_nanos(123_456_789), "123456u"),
            (Duration::from_millis(500), "500000u"),
            (secs(30), "30000000u"),
            (Duration::from_nanos(99_999_999_999), "99999999u"),
            (secs(100), "100000m"),
            (Duration::from_micros(123_456_789), "123456m"),
            (secs(HOUR), "3600000m"),
            (secs(99_999), "99999000m"),
            (secs(100_000), "100000S"),
            (Duration::from_millis(123_456_789), "123456S"),
            (secs(99_999_999), "99999999S"),
            (secs(100_000_000), "1666666M"),
            (secs(123_456_789), "2057613M"),
            (secs(123_456_789 * 60), "2057613H"),
            (secs(99_999_999 * HOUR), "99999999H"),
            (secs(99_999_999 * HOUR + HOUR), "99999999H"),
            (Duration::MAX, "99999999H"),
        ] {
            assert_eq!(printed(timeout), text, "{timeout:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_as_no_more_and_hardly_less(secs: u64, nanos in 0..1_000_000_000_u32, shift in 0..64) {
            let timeout = Duration::new(secs >> shift, nanos);
            let read = parse(&print(timeout)).unwrap();
            prop_assert!(read <= timeout);
            // One part in a hundred thousand, or as much as can be said.
            prop_assert!(timeout.saturating_sub(read) <= timeout / 100_000 || read == Duration::from_secs(MAX * HOUR));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let _ = parse(&value);
            }
        }
    }
}
