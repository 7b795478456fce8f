mod attempts;
mod deadline;
mod is_final;
mod leaves;
mod sent;

use interceptor_test::{Attempt, Case, Outcome, WireMessage};

use super::*;

/// With the article's waits: 0.5, 1, 2, 3, 3 … seconds.
fn retry(stop: u32) -> RetryOnError {
    let wait = WaitExponential::new(0.5, 0.5, 3.0).unwrap();
    RetryOnError::new(wait, stop).unwrap()
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// So many messages, each of its own length and content.
fn messages(count: usize) -> Vec<WireMessage> {
    let text = |number| format!("{number}:{}", "·".repeat(number % 100)).into();
    (0..count).map(text).collect()
}

/// With how many messages a request is tested.
fn counts(case: Case) -> &'static [usize] {
    if case.kind().client_streaming() {
        &[0, 1, 1_000]
    } else {
        &[1]
    }
}

fn sent(outcome: &Outcome) -> Vec<&[WireMessage]> {
    let attempts = outcome.attempts().iter();
    attempts.map(Attempt::messages).collect()
}

fn attempts(outcome: &Outcome) -> usize {
    outcome.attempts().len()
}

#[test]
fn no_attempt_at_all_is_an_error() {
    let wait = WaitExponential::new(0.5, 0.5, 3.0).unwrap();
    let error = RetryOnError::new(wait, 0).unwrap_err().to_string();
    let text = "`stop` is 0, which is not even a first attempt; give at least 1";
    assert_eq!(error, text);
}
