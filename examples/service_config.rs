//! A client that does as its service config says, and takes another one while it runs.
//!
//! Run it: `cargo run --example service_config`
//!
//! There is no network in it, and no waiting: a script plays the server, and the clock is paused.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::error::Error;

use grpc_interceptor::compose::service_config::{Configured, ServiceConfig};
use grpc_interceptor::prelude::*;
use interceptor_test::{Harness, Peer};

const RETRIES: &str = r#"{
    "methodConfig": [{
        "name": [{ "service": "interceptor.test.Test" }],
        "timeout": "5s",
        "retryPolicy": {
            "maxAttempts": 4,
            "initialBackoff": "0.1s",
            "maxBackoff": "1s",
            "backoffMultiplier": 2,
            "retryableStatusCodes": ["UNAVAILABLE"]
        }
    }],
    "retryThrottling": { "maxTokens": 10, "tokenRatio": 0.1 }
}"#;

const SHORT: &str = r#"{ "methodConfig": [{ "name": [{}], "timeout": "0.02s" }] }"#;

const WRONG: &str =
    r#"{ "methodConfig": [{ "name": [{}], "retryPolicy": { "maxAttempts": 1 } }] }"#;

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    let configured = Configured::new(ServiceConfig::from_json(RETRIES)?);
    let busy = || Peer::fail_times(2, Code::Unavailable);
    call("with retries", &configured, busy()).await;

    if let Err(error) = configured.update(WRONG) {
        println!("refused: {error}");
    }
    call("as before", &configured, busy()).await;

    configured.update(SHORT)?;
    call("without retries", &configured, busy()).await;
    call("a short timeout", &configured, Peer::hang()).await;
    Ok(())
}

async fn call(what: &str, configured: &Configured, peer: Peer) {
    let harness = Harness::unary_unary(configured.clone()).peer(peer);
    let outcome = harness.call().await;
    let (attempts, code) = (outcome.attempts().len(), outcome.code());
    println!("{what}: {attempts} attempts, {code:?}");
}
