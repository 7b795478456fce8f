//! Hedging on a timeline: the first answer counts, the others are cancelled.
//!
//! Run it: `cargo run --example hedging`
//!
//! There is no network in it, and no waiting: the client's chain sits on top of a service that plays the server, and the clock
//! is paused.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{error::Error, time::Duration};

use grpc_interceptor::hedge::Hedge;
use grpc_interceptor::policy::HedgingPolicy;
use grpc_interceptor::prelude::*;
use interceptor_test::{Harness, Peer, ResponseEnd, Script};

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let policy = HedgingPolicy::new(3)?
        .delay(Duration::from_millis(50))
        .non_fatal([Code::Unavailable])?;
    let hedge = Hedge::new().policy("/interceptor.test.Test/UnaryUnary", policy)?;

    let answers = |millis| {
        Script::new()
            .wait(Duration::from_millis(millis))
            .echo()
            .end(Code::Ok)
    };
    let fails = |code| {
        Script::new()
            .read_all()
            .wait(Duration::from_millis(10))
            .end(code)
    };

    show("fast enough: no hedge", &hedge, [answers(20)]).await;
    show(
        "a slow one: the second is faster",
        &hedge,
        [answers(5_000), answers(20)],
    )
    .await;
    show(
        "two slow ones",
        &hedge,
        [answers(5_000), answers(5_000), answers(20)],
    )
    .await;
    show(
        "one fails: the next begins at once",
        &hedge,
        [fails(Code::Unavailable), answers(20)],
    )
    .await;
    show(
        "a fatal one ends the call",
        &hedge,
        [answers(5_000), fails(Code::NotFound)],
    )
    .await;
    Ok(())
}

/// Makes a call, each hedge of which meets one of these, and prints when that was.
async fn show(title: &str, hedge: &Hedge, scripts: impl IntoIterator<Item = Script>) {
    let peer = Peer::sequence(scripts.into_iter().map(Peer::script));
    let outcome = Harness::unary_unary(hedge.clone()).peer(peer).call().await;
    println!("\n{title}");
    for (number, attempt) in (1..).zip(outcome.attempts()) {
        let end = match attempt.response_end() {
            ResponseEnd::Dropped => "cancelled",
            _ => "came to its end",
        };
        println!("{:>4} ms  hedge {number}: {end}", attempt.at().as_millis());
    }
    println!(
        "{:>4} ms  {:?}",
        outcome.elapsed().as_millis(),
        outcome.code()
    );
}
