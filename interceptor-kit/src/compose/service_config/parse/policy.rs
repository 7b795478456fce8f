//! `retryPolicy`, `hedgingPolicy`, `retryThrottling`.

use interceptor_core::tonic::Code;

use super::{Result, node::Node};
use crate::policy::{Backoff, Codes, HedgingPolicy, RetryPolicy, RetryThrottling};

pub(super) fn retry(node: &Node<'_>) -> Result<RetryPolicy> {
    let max_attempts = max_attempts(node)?;
    let initial = node.required("initialBackoff")?.positive_duration()?;
    let max = node.required("maxBackoff")?.positive_duration()?;
    let multiplier = positive(&node.required("backoffMultiplier")?)?;
    let list = node.required("retryableStatusCodes")?;
    let codes = codes(&list)?;
    if codes.is_empty() {
        return Err(list.error("there are no codes; give at least one, such as \"UNAVAILABLE\""));
    }
    let backoff = Backoff::new(initial, max, multiplier);
    let policy = backoff.and_then(|backoff| RetryPolicy::new(max_attempts, backoff, codes.iter()));
    policy.map_err(|error| node.error(error.to_string()))
}

pub(super) fn hedging(node: &Node<'_>) -> Result<HedgingPolicy> {
    let mut policy = HedgingPolicy::new(max_attempts(node)?);
    if let Some(delay) = node.field("hedgingDelay")? {
        let delay = delay.duration()?;
        policy = policy.map(|policy| policy.delay(delay));
    }
    if let Some(list) = node.field("nonFatalStatusCodes")? {
        let codes = codes(&list)?;
        policy = policy.and_then(|policy| policy.non_fatal(codes.iter()));
    }
    policy.map_err(|error| node.error(error.to_string()))
}

pub(super) fn throttling(node: &Node<'_>) -> Result<RetryThrottling> {
    let max = node.required("maxTokens")?;
    let ratio = node.required("tokenRatio")?;
    let (max_tokens, token_ratio) = (positive(&max)?, positive(&ratio)?);
    RetryThrottling::new(max_tokens, 1.0)
        .map_err(|_| max.wrong("a number over 0 and up to 1000"))?;
    RetryThrottling::new(max_tokens, token_ratio)
        .map_err(|_| ratio.wrong("a number of at least 0.001"))
}

/// At least 2. More than the interceptors' cap is no mistake.
fn max_attempts(node: &Node<'_>) -> Result<u32> {
    let node = node.required("maxAttempts")?;
    match node.integer()? {
        0 | 1 => Err(node.wrong("at least 2: the first attempt counts")),
        attempts => Ok(u32::try_from(attempts).unwrap_or(u32::MAX)),
    }
}

fn positive(node: &Node<'_>) -> Result<f64> {
    let number = node.number()?;
    if number > 0.0 && number.is_finite() {
        Ok(number)
    } else {
        Err(node.wrong("a number over 0"))
    }
}

fn codes(list: &Node<'_>) -> Result<Codes> {
    list.items()?.map(|node| code(&node)).collect()
}

/// A number, or a name in any case.
fn code(node: &Node<'_>) -> Result<Code> {
    let by_number = |number: u64| i32::try_from(number).ok().filter(|it| *it <= 16);
    let code = match (node.integer(), node.text()) {
        (Ok(number), _) => by_number(number).map(Code::from_i32),
        (_, Ok(name)) => Codes::parse(name),
        _ => None,
    };
    match code {
        Some(Code::Ok) => Err(node.wrong("a code of a failure")),
        Some(code) => Ok(code),
        None => Err(node.wrong("a status code: a number to 16, or a name such as \"UNAVAILABLE\"")),
    }
}
