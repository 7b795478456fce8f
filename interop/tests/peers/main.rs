//! The same calls between every stack of gRPC that is here, ours with interceptors and theirs without.
//!
//! A [case](case) is a call, and what has to come of it. The clients of all languages read cases as JSON and tell what they
//! saw; the servers do what the text of a call's first request says. So one table holds for all of them.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod case;
mod certificate;
mod client;
mod killed;
mod kit;
mod outcome;
mod process;
mod retries;
mod server;
mod story;
mod their_clients;
mod their_servers;
mod watch;
mod web;

use std::{future::Future, time::Duration};

/// What happens within this happens; the rest hangs.
const SOON: Duration = Duration::from_secs(60);

/// Runs a test on a runtime of its own, which others of its threads may be used to leave.
fn run<F: Future<Output = ()>>(test: F) {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(within(test));
}

async fn within<T>(what: impl Future<Output = T>) -> T {
    let outcome = tokio::time::timeout(SOON, what).await;
    outcome.unwrap_or_else(|_| panic!("it took longer than {SOON:?}"))
}

/// A name like no other.
fn unique(name: &str) -> String {
    static COUNT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("{name}-{}-{count}", std::process::id())
}
