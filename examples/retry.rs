//! Retries as gRPC has them, on a timeline: backoff, a server that says when to come back, a stream that refuses, a throttle.
//!
//! Run it: `cargo run --example retry`
//!
//! There is no network in it, and no waiting: the client's chain sits on top of a service that plays the server, and the clock
//! is paused.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{error::Error, time::Duration};

use grpc_interceptor::policy::{Backoff, Jitter, RetryPolicy, RetryThrottling, Throttle};
use grpc_interceptor::prelude::*;
use grpc_interceptor::retry::Retry;
use interceptor_test::{Failure, Harness, Outcome, Peer, Script};

const METHOD: &str = "/interceptor.test.Test/UnaryUnary";

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1), 2.0)?;
    let policy = RetryPolicy::new(4, backoff, [Code::Unavailable])?;
    let throttle = Throttle::new(RetryThrottling::new(10.0, 0.5)?);
    let retry = Retry::new()
        .policy(METHOD, policy)?
        .throttle(throttle.clone())
        .jitter(Jitter::off()); // so that the figures are the same each time

    let busy = || Script::new().read_all().end(Code::Unavailable);
    let refused = Script::new().fail(Failure::Reset(7)); // REFUSED_STREAM: no handler saw it
    let answers = || Script::new().echo().end(Code::Ok);

    show(
        "two failures, each wait twice as long",
        &retry,
        [busy(), busy(), answers()],
    )
    .await;
    show(
        "the server says when",
        &retry,
        [come_back("1500"), answers()],
    )
    .await;
    show(
        "the server says never",
        &retry,
        [come_back("-1"), answers()],
    )
    .await;
    show(
        "refused: at once, and it does not count",
        &retry,
        [refused, answers()],
    )
    .await;
    show(
        "until more than half of the tokens are gone",
        &retry,
        [busy()],
    )
    .await;
    println!("\n{} of 10 tokens are left", throttle.tokens());
    show(
        "too few of them for another attempt",
        &retry,
        [busy(), answers()],
    )
    .await;
    Ok(())
}

/// A server that is busy, and says how many milliseconds it will be.
fn come_back(pushback: &'static str) -> Script {
    let mut status = Status::unavailable("busy");
    let value = pushback
        .parse()
        .unwrap_or_else(|_| unreachable!("it is ASCII"));
    status
        .metadata_mut()
        .insert("grpc-retry-pushback-ms", value);
    Script::new().read_all().end(status)
}

/// Makes a call, each attempt of which meets one of these, and prints when that was.
async fn show(title: &str, retry: &Retry, scripts: impl IntoIterator<Item = Script>) {
    let peer = Peer::sequence(scripts.into_iter().map(Peer::script));
    let outcome: Outcome = Harness::unary_unary(retry.clone()).peer(peer).call().await;
    println!("\n{title}");
    for (number, attempt) in (1..).zip(outcome.attempts()) {
        let previous = attempt.header("grpc-previous-rpc-attempts").unwrap_or("0");
        println!(
            "{:>5} ms  attempt {number}, {previous} before it",
            attempt.at().as_millis()
        );
    }
    println!(
        "{:>5} ms  {:?}",
        outcome.elapsed().as_millis(),
        outcome.code()
    );
}
