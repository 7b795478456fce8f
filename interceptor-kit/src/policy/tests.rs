use std::time::Duration;

use interceptor_core::{
    CallKind, Methods,
    tonic::{Code, Status, metadata::MetadataMap},
};

use super::*;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn backoff() -> Backoff {
    Backoff::new(millis(100), millis(1_000), 2.0).unwrap()
}

// === numbers and codes (1.1) ===

#[test]
fn a_retry_policy_has_two_attempts_at_least() {
    for attempts in [0, 1] {
        let error = RetryPolicy::new(attempts, backoff(), [Code::Unavailable]).unwrap_err();
        let text =
            format!("`max_attempts` is {attempts}; give at least 2: the first attempt counts");
        assert_eq!(error.to_string(), text);
    }
    for attempts in [2, 5, 6, u32::MAX] {
        let policy = RetryPolicy::new(attempts, backoff(), [Code::Unavailable]).unwrap();
        assert_eq!(
            policy.max_attempts(),
            attempts,
            "the cap is the interceptor's"
        );
    }
}

#[test]
fn a_retry_policy_has_codes_and_ok_is_none_of_them() {
    let empty = RetryPolicy::new(2, backoff(), []).unwrap_err();
    assert!(empty.to_string().contains("no retryable codes"));
    let ok = RetryPolicy::new(2, backoff(), [Code::Ok, Code::Aborted]).unwrap_err();
    assert!(ok.to_string().contains("OK is among the retryable codes"));
}

#[test]
fn backoffs_and_their_multiplier_are_over_zero() {
    let (zero, some) = (Duration::ZERO, millis(1));
    assert!(
        Backoff::new(zero, some, 1.0)
            .unwrap_err()
            .to_string()
            .contains("initial_backoff")
    );
    assert!(
        Backoff::new(some, zero, 1.0)
            .unwrap_err()
            .to_string()
            .contains("max_backoff")
    );
    for multiplier in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = Backoff::new(some, some, multiplier).unwrap_err();
        assert!(error.to_string().contains("backoff_multiplier"));
    }
    let shrinking = Backoff::new(millis(100), millis(1_000), 0.5).unwrap();
    assert_eq!(shrinking.delay(3, 1.0), millis(25));
}

#[test]
fn a_hedging_policy_has_the_same_bounds_and_defaults_for_the_rest() {
    assert!(HedgingPolicy::new(0).is_err() && HedgingPolicy::new(1).is_err());
    let policy = HedgingPolicy::new(2).unwrap();
    assert_eq!(policy.hedging_delay(), Duration::ZERO, "all at once");
    assert!(policy.non_fatal_codes().is_empty(), "each error is fatal");
    assert!(policy.non_fatal([Code::Ok]).is_err());
}

#[test]
fn codes_have_names_in_any_case() {
    for number in 0..17 {
        let code = Code::from_i32(number);
        let named: Vec<_> = Codes::from_iter([code]).iter().collect();
        assert_eq!(named, [code]);
    }
    for name in ["UNAVAILABLE", "unavailable", "Unavailable"] {
        assert_eq!(Codes::parse(name), Some(Code::Unavailable));
    }
    assert_eq!(Codes::parse("CANCELLED"), Some(Code::Cancelled));
    for name in ["CANCELED", "", " UNAVAILABLE", "14", "NOPE"] {
        assert_eq!(Codes::parse(name), None, "{name:?}");
    }
    let names = [
        "ok",
        "unknown",
        "invalid_argument",
        "deadline_exceeded",
        "not_found",
    ];
    let codes = [0, 2, 3, 4, 5].map(Code::from_i32);
    assert_eq!(names.map(Codes::parse), codes.map(Some));
}

#[test]
fn throttling_has_its_bounds_and_cuts_off_behind_three_decimals() {
    for max in [
        0.0,
        -1.0,
        0.000_9,
        1_000.000_1,
        1_001.0,
        f64::NAN,
        f64::INFINITY,
    ] {
        assert!(RetryThrottling::new(max, 0.1).is_err(), "{max}");
    }
    for ratio in [0.0, -0.5, 0.000_9, f64::NAN, f64::INFINITY] {
        assert!(RetryThrottling::new(10.0, ratio).is_err(), "{ratio}");
    }
    for (given, cut) in [
        (0.5466, 0.546),
        (0.001, 0.001),
        (1.001, 1.001),
        (0.29, 0.29),
    ] {
        let throttling = RetryThrottling::new(1_000.0, given).unwrap();
        assert_eq!(format!("{}", throttling.token_ratio()), cut.to_string());
    }
    assert_eq!(
        RetryThrottling::new(0.5, 2.5)
            .unwrap()
            .max_tokens()
            .to_string(),
        "0.5"
    );
}

// === backoff (1.2) ===

#[test]
fn backoff_grows_up_to_its_maximum_and_is_spread_by_a_fifth() {
    let windows = [
        (80, 120),
        (160, 240),
        (320, 480),
        (640, 960),
        (800, 1_200),
        (800, 1_200),
    ];
    for seed in 0..200 {
        let jitter = Jitter::seeded(seed);
        for (retry, (low, high)) in (1..).zip(windows) {
            let delay = backoff().delay(retry, jitter.factor());
            assert!(
                (millis(low)..=millis(high)).contains(&delay),
                "{retry}: {delay:?}"
            );
        }
    }
}

#[test]
fn jitter_comes_behind_the_maximum_and_reaches_both_ends() {
    let jitter = Jitter::seeded(7);
    let factors: Vec<f64> = (0..10_000).map(|_| jitter.factor()).collect();
    let (low, high) = factors
        .iter()
        .fold((2.0_f64, 0.0_f64), |(low, high), factor| {
            (low.min(*factor), high.max(*factor))
        });
    assert!(
        (0.8..0.801).contains(&low) && (1.199..=1.2).contains(&high),
        "{low} {high}"
    );
    let count = u32::try_from(factors.len()).unwrap();
    let mean = factors.iter().sum::<f64>() / f64::from(count);
    assert!((mean - 1.0).abs() < 0.01, "{mean}");
    assert_eq!(backoff().delay(9, 1.2), millis(1_200), "over the maximum");
    assert_eq!(backoff().delay(1, 0.8), millis(80), "under the first");
}

#[test]
fn jitter_is_the_same_for_the_same_seed_and_shared_by_clones() {
    let one = |jitter: &Jitter| backoff().delay(9, jitter.factor()).as_nanos();
    let some = |jitter: &Jitter| [one(jitter), one(jitter), one(jitter)];
    assert_eq!(some(&Jitter::seeded(3)), some(&Jitter::seeded(3)));
    assert_ne!(some(&Jitter::random()), some(&Jitter::random()));
    let jitter = Jitter::seeded(3);
    assert_ne!(one(&jitter.clone()), one(&jitter), "one sequence");
    assert_eq!(some(&Jitter::off()), [1_000_000_000; 3]);
}

#[test]
fn the_first_backoff_is_cut_to_the_maximum_too() {
    let backoff = Backoff::new(millis(5_000), millis(300), 2.0).unwrap();
    assert_eq!(backoff.delay(1, 1.0), millis(300));
}

#[test]
fn backoff_overflows_into_its_maximum() {
    let backoff = Backoff::new(millis(1), Duration::MAX, 1e300).unwrap();
    assert_eq!(backoff.delay(u32::MAX, 1.2), Duration::MAX);
    let small = Backoff::new(millis(1), millis(5), 1e300).unwrap();
    assert_eq!(small.delay(u32::MAX, 1.0), millis(5));
}

// === pushback (1.5) ===

fn pushback(values: &[&str]) -> Pushback {
    let mut metadata = MetadataMap::new();
    for value in values {
        metadata.append("grpc-retry-pushback-ms", value.parse().unwrap());
    }
    Pushback::of(&metadata)
}

#[test]
fn pushback_is_digits_and_nothing_else() {
    assert_eq!(pushback(&[]), Pushback::None);
    let max = i32::MAX.to_string();
    for (text, time) in [
        ("0", 0),
        ("123", 123),
        ("4567000", 4_567_000),
        ("007", 7),
        (&*max, 2_147_483_647),
    ] {
        assert_eq!(pushback(&[text]), Pushback::After(millis(time)), "{text}");
    }
    for text in [
        "-1",
        "-0",
        "",
        " ",
        "xxx",
        "+10",
        " 10",
        "10 ",
        "10.5",
        "1e3",
        "0x10",
        "10,20",
        "2147483648",
        "99999999999999999999",
        "١٠",
    ] {
        let mut metadata = MetadataMap::new();
        let value = http::HeaderValue::from_bytes(text.as_bytes()).unwrap();
        metadata.as_mut().insert("grpc-retry-pushback-ms", value);
        assert_eq!(Pushback::of(&metadata), Pushback::Stop, "{text:?}");
    }
}

#[test]
fn pushback_that_is_there_twice_says_to_stop() {
    assert_eq!(pushback(&["100", "10"]), Pushback::Stop);
    assert_eq!(pushback(&["10", "10"]), Pushback::Stop);
}

// === tokens (1.6) ===

fn throttle(max: f64, ratio: f64) -> Throttle {
    Throttle::new(RetryThrottling::new(max, ratio).unwrap())
}

fn figures(throttle: &Throttle, steps: &str) -> Vec<String> {
    let step = |step| {
        match step {
            '-' => drop(throttle.failed()),
            _ => throttle.succeeded(),
        }
        throttle.tokens().to_string()
    };
    steps.chars().map(step).collect()
}

#[test]
fn tokens_start_full_and_stay_within_their_bounds() {
    let throttle = throttle(2.0, 0.7);
    assert_eq!(throttle.tokens().to_string(), "2");
    assert_eq!(
        figures(&throttle, "+---+++++"),
        ["2", "1", "0", "0", "0.7", "1.4", "2", "2", "2"]
    );
}

#[test]
fn more_than_half_of_the_tokens_are_needed_after_the_failure_at_hand() {
    for (max, allowed) in [
        (10.0, 4),
        (4.0, 1),
        (3.0, 1),
        (2.5, 1),
        (1.0, 0),
        (1_000.0, 499),
    ] {
        let throttle = throttle(max, 0.1);
        let count = (0..2_000).take_while(|_| throttle.failed()).count();
        assert_eq!(count, allowed, "{max}");
        assert!(!throttle.allows());
    }
}

#[test]
fn tokens_are_counted_in_thousandths() {
    let throttle = throttle(1_000.0, 0.001);
    assert_eq!(
        figures(&throttle, "-+++"),
        ["999", "999.001", "999.002", "999.003"]
    );
    let throttle = self::throttle(10.0, 0.5466);
    assert_eq!(figures(&throttle, "-+"), ["9", "9.546"]);
}

#[test]
fn tokens_are_shared_by_clones() {
    let throttle = throttle(10.0, 0.5);
    let _ = throttle.clone().failed();
    assert_eq!(throttle.tokens().to_string(), "9");
}

#[test]
fn new_numbers_keep_how_full_it_was() {
    let throttle = throttle(10.0, 0.5);
    figures(&throttle, "--");
    let scaled = throttle.scaled_to(RetryThrottling::new(100.0, 0.1).unwrap());
    assert_eq!(scaled.tokens().to_string(), "80");
    let _ = scaled.failed();
    assert_eq!(
        throttle.tokens().to_string(),
        "8",
        "calls under way keep theirs"
    );
    let same = throttle.scaled_to(RetryThrottling::new(10.0, 0.5).unwrap());
    let _ = same.failed();
    assert_eq!(throttle.tokens().to_string(), "7", "it is the same one");
}

#[test]
fn tokens_are_right_under_contention() {
    let throttle = throttle(1_000.0, 0.5);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 {
                    let _ = throttle.failed();
                    throttle.succeeded();
                }
            });
        }
    });
    // each pair takes a half, and no thread can have been more than four failures ahead of its successes
    assert_eq!(throttle.tokens().to_string(), "800");
}

// === which policy (1.1) ===

fn hedging(attempts: u32) -> HedgingPolicy {
    HedgingPolicy::new(attempts).unwrap()
}

#[test]
fn the_most_specific_entry_counts_and_counts_whole() {
    let methods = Methods::builder()
        .method("/a.B/C", CallKind::UnaryUnary)
        .method("/a.B/D", CallKind::UnaryUnary)
        .method("/a.B/E", CallKind::UnaryUnary)
        .method("/a.X/C", CallKind::UnaryUnary)
        .build()
        .unwrap();
    let table = PolicyTable::new()
        .all(hedging(2))
        .policy("/a.B/*", hedging(3))
        .and_then(|table| table.policy("/a.B/C", hedging(4)))
        .and_then(|table| table.no_policy("/a.B/E"))
        .unwrap();
    let attempts = |path| {
        let policy = table.get(methods.get(path).unwrap())?;
        Some(policy.max_attempts())
    };
    let paths = ["/a.B/C", "/a.B/D", "/a.B/E", "/a.X/C"];
    assert_eq!(paths.map(attempts), [Some(4), Some(3), None, Some(2)]);
    table.check(&methods).unwrap();
}

#[test]
fn an_entry_is_there_once_and_matches_something() {
    let table = PolicyTable::new().policy("/a.B/C", hedging(2)).unwrap();
    let twice = table.clone().no_policy("/a.B/C").unwrap_err();
    assert_eq!(
        twice.to_string(),
        "`/a.B/C` has two policies; leave one out"
    );
    assert!(
        table.clone().policy("a.B/C", hedging(2)).is_err(),
        "no pattern"
    );
    let other = Methods::builder()
        .method("/a.B/D", CallKind::UnaryUnary)
        .build()
        .unwrap();
    assert!(table.check(&other).is_err(), "a rule that never fires");
}

#[test]
fn a_policy_for_the_idempotent_is_for_those_that_say_so() {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let table = PolicyTable::new().idempotent(hedging(2));
    let mut said = 0;
    for method in &methods {
        let is_idempotent = method.idempotency() != interceptor_core::Idempotency::Unknown;
        assert_eq!(table.get(method).is_some(), is_idempotent, "{method}");
        said += usize::from(is_idempotent);
    }
    assert!(said > 0, "some method says so");
}

// === codes by origin (4.2, 15.5) ===

#[test]
fn a_status_of_somebody_else_keeps_its_code() {
    let status = by_origin(Status::aborted("as it is"));
    assert_eq!(
        (status.code(), status.message()),
        (Code::Aborted, "as it is")
    );
    assert!(std::error::Error::source(&status).is_none());
}
