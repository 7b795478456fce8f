//! The laws that hold for any interceptor, on each of the kit's.
//!
//! What is written down beside one is what it may do that others may not, and what it promises that others do not.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::time::Duration;

use interceptor_core::{Side, tonic::Code};
use interceptor_kit::{
    auth::{Authentication, Basic, BearerTokens, CallCredentials, Token},
    authz::{Authorization, Policy},
    compose::service_config::{Configured, ServiceConfig},
    deadline::Deadline,
    error::{MapStatus, Redact},
    header::Header,
    hedge::Hedge,
    log::{Log, Payloads},
    metrics::{Dialect, Metrics},
    policy::{Backoff, HedgingPolicy, RetryPolicy, RetryThrottling, Throttle},
    recovery::Recovery,
    request_id::RequestIds,
    retry::Retry,
    retry_on_error::{RetryOnError, WaitExponential},
    status::{CanonicalCodes, TrailersOnly},
};
use interceptor_test::laws::{self, Laws};

/// All four methods that the laws call.
const EACH: &str = "/interceptor.test.Test/*";

#[derive(Debug, Clone)]
struct User;

#[test]
fn of_auth_on_the_server() {
    let tokens = BearerTokens::new().token("s3cret", User).unwrap();
    Laws::of(Authentication::new(tokens))
        .on(Side::Server)
        .metadata("authorization", "Bearer s3cret")
        .check();
    let basic = Basic::new().user("alice", "s3cret", User).unwrap();
    Laws::of(Authentication::new(basic))
        .on(Side::Server)
        .metadata("authorization", "Basic YWxpY2U6czNjcmV0")
        .check();
}

#[test]
fn of_auth_on_the_client() {
    let credentials = || {
        let endpoint = "https://example.com".parse().unwrap();
        CallCredentials::new(|| async { Token::new("s3cret") }, &endpoint).unwrap()
    };
    // It may call again with a fresh token, and takes a unary request in hand for that.
    Laws::of_each(credentials)
        .on(Side::Client)
        .reads_requests()
        .check();
}

#[test]
fn of_authz() {
    let policy = r#"{
        "name": "beta",
        "allow_rules": [{ "name": "beta", "request": { "headers": [{ "key": "x-channel", "values": ["beta"] }] } }]
    }"#;
    let policy = Policy::from_json(policy).unwrap();
    Laws::of(Authorization::new(policy))
        .passes_through()
        .looks_at_nothing()
        .on(Side::Server)
        .metadata("x-channel", "beta")
        .check();
}

#[test]
fn of_deadline() {
    laws::check(Deadline::new());
    laws::check(Deadline::new().max(Duration::from_secs(10)));
}

#[test]
fn of_error() {
    laws::check((
        Redact::new(),
        MapStatus::new().code(Code::Unknown, Code::Internal),
    ));
}

#[test]
fn of_header() {
    laws::check(Header::new().set("x-region", "eu-north").unwrap());
    Laws::of(Header::new())
        .passes_through()
        .looks_at_nothing()
        .check();
}

#[test]
fn of_hedge() {
    let policy = || {
        let policy = HedgingPolicy::new(3).unwrap();
        let policy = policy.delay(Duration::from_millis(50));
        policy.non_fatal([Code::Unavailable]).unwrap()
    };
    // A unary request is taken in hand before the first attempt.
    Laws::of(Hedge::new().policy(EACH, policy()).unwrap())
        .on(Side::Client)
        .reads_requests()
        .check();
    let at_once = policy().delay(Duration::ZERO);
    Laws::of(Hedge::new().policy(EACH, at_once).unwrap())
        .on(Side::Client)
        .reads_requests()
        .check();
}

#[test]
fn of_log() {
    let log = Log::builder().payloads(Payloads::new().max_bytes(200));
    Laws::of(log.build().unwrap()).check();
    Laws::of(Log::builder().build().unwrap())
        .passes_through()
        .check();
}

#[test]
fn of_metrics() {
    for dialect in [Dialect::Go, Dialect::Python, Dialect::Java] {
        let metrics = Metrics::builder().dialect(dialect);
        Laws::of(metrics.build().unwrap()).passes_through().check();
    }
}

#[test]
fn of_recovery() {
    Laws::of(Recovery::new()).passes_through().check();
}

#[test]
fn of_request_id() {
    laws::check(RequestIds::new());
}

#[test]
fn of_retry() {
    let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1), 2.0).unwrap();
    let codes = [Code::Unavailable, Code::NotFound];
    let policy = RetryPolicy::new(4, backoff, codes).unwrap();
    let retry = || Retry::new().policy(EACH, policy.clone()).unwrap();
    Laws::of(retry()).on(Side::Client).reads_requests().check();
    let throttle = Throttle::new(RetryThrottling::new(10.0, 0.1).unwrap());
    Laws::of(retry().throttle(throttle))
        .on(Side::Client)
        .reads_requests()
        .check();
}

#[test]
fn of_retry_on_error() {
    let wait = WaitExponential::new(0.5, 0.5, 3.0).unwrap();
    Laws::of(RetryOnError::new(wait, 5).unwrap())
        .on(Side::Client)
        .check();
}

#[test]
fn of_a_service_config() {
    let config = r#"{ "methodConfig": [{
        "name": [{ "service": "interceptor.test.Test" }],
        "timeout": "5s",
        "maxRequestMessageBytes": 1000000,
        "maxResponseMessageBytes": 1000000,
        "retryPolicy": {
            "maxAttempts": 3,
            "initialBackoff": "0.1s",
            "maxBackoff": "1s",
            "backoffMultiplier": 2,
            "retryableStatusCodes": ["UNAVAILABLE"]
        }
    }] }"#;
    let configured = Configured::new(ServiceConfig::from_json(config).unwrap());
    let empty = Configured::new(ServiceConfig::from_json("{}").unwrap());
    for configured in [configured, empty] {
        Laws::of(configured)
            .on(Side::Client)
            .reads_requests()
            .check();
    }
}

#[test]
fn of_status() {
    laws::check(CanonicalCodes);
    Laws::of(TrailersOnly::new()).on(Side::Server).check();
}

#[test]
fn of_a_chain_of_all() {
    let tokens = BearerTokens::new().token("s3cret", User).unwrap();
    let chain = (
        RequestIds::new(),
        Metrics::new(),
        Log::builder().build().unwrap(),
        Redact::new(),
        Deadline::new(),
        Authentication::new(tokens),
        Recovery::new(),
    );
    Laws::of(chain)
        .on(Side::Server)
        .metadata("authorization", "Bearer s3cret")
        .check();
}
