//! Each rule of order of the kit, with a chain that breaks it: the compiler says so of chains that it sees, and here they are
//! boxed, so that a layer does. The page `order` of the guide says why each of them is there.
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use http::Uri;
use interceptor_core::{
    BoxInterceptor, CallKind, ClientLayer, Identity, Interceptor, Methods, ServerLayer, Side,
};
use interceptor_kit::{
    auth::{Authentication, BearerTokens, CallCredentials, Token},
    authz::{Authorization, Rules},
    compose::service_config::{Configured, ServiceConfig},
    deadline::Deadline,
    error::{MapStatus, Redact},
    hedge::Hedge,
    log::Log,
    metrics::Metrics,
    policy::order,
    recovery::Recovery,
    request_id::RequestIds,
    retry::Retry,
    retry_on_error::{RetryOnError, WaitExponential},
    status::{CanonicalCodes, TrailersOnly},
};

#[derive(Clone)]
struct User;

fn methods() -> Methods {
    Methods::builder()
        .method("/shop.v1.Orders/Create", CallKind::UnaryUnary)
        .build()
        .unwrap()
}

fn boxed(interceptor: impl Interceptor) -> BoxInterceptor {
    BoxInterceptor::new(interceptor)
}

fn again() -> BoxInterceptor {
    boxed(RetryOnError::new(WaitExponential::new(0.5, 0.5, 3.0).unwrap(), 2).unwrap())
}

fn credentials() -> BoxInterceptor {
    let endpoint: Uri = "https://example.com".parse().unwrap();
    boxed(CallCredentials::new(|| async { Token::new("t") }, &endpoint).unwrap())
}

fn authentication() -> BoxInterceptor {
    boxed(Authentication::new(
        BearerTokens::new().token("t", User).unwrap(),
    ))
}

fn authorization() -> BoxInterceptor {
    let rules = Rules::new("all").allow("all", "/shop.v1.Orders/*", |_: &User| true);
    boxed(Authorization::new(rules.unwrap()))
}

fn configured() -> BoxInterceptor {
    boxed(Configured::new(ServiceConfig::from_json("{}").unwrap()))
}

/// What a layer of that side says of these two, the first outside of the second.
fn layer(side: Side, outer: BoxInterceptor, inner: BoxInterceptor) -> Result<(), String> {
    let chain = vec![outer, boxed(Identity), inner];
    let result = match side {
        Side::Client => ClientLayer::new(chain, &methods()).map(drop),
        Side::Server => ServerLayer::new(chain, &methods()).map(drop),
    };
    result.map_err(|error| error.to_string())
}

/// The one way round is right, and the other is said to be wrong in words with this in them.
fn in_order(side: Side, outer: &BoxInterceptor, inner: &BoxInterceptor, says: &str) {
    assert_eq!(
        layer(side, outer.clone(), inner.clone()),
        Ok(()),
        "{outer:?} {inner:?}"
    );
    let error = layer(side, inner.clone(), outer.clone()).unwrap_err();
    assert!(error.contains(says), "{says:?} is not in {error:?}");
}

fn both(outer: &BoxInterceptor, inner: &BoxInterceptor, says: &str) {
    in_order(Side::Client, outer, inner, says);
    in_order(Side::Server, outer, inner, says);
}

#[test]
fn what_bounds_or_names_a_call_is_outside_of_attempts() {
    for attempts in [boxed(Retry::new()), again(), boxed(Hedge::new())] {
        for outer in [
            boxed(Deadline::new()),
            boxed(RequestIds::new()),
            boxed(CanonicalCodes::new()),
        ] {
            both(&outer, &attempts, "has to stand outside of what is `");
        }
    }
    in_order(
        Side::Client,
        &boxed(Deadline::new()),
        &configured(),
        "`retrying`",
    );
}

#[test]
fn a_hedge_is_outside_of_a_retry() {
    both(
        &boxed(Hedge::new()),
        &boxed(Retry::new()),
        "`Hedge` has to stand outside of what is `retrying`, as `Retry` is",
    );
}

#[test]
fn a_token_is_inside_of_attempts() {
    for attempts in [
        boxed(Retry::new()),
        again(),
        boxed(Hedge::new()),
        configured(),
    ] {
        in_order(
            Side::Client,
            &attempts,
            &credentials(),
            "`CallCredentials` has to stand inside of what is `",
        );
    }
}

#[test]
fn who_may_is_asked_after_who_it_is() {
    in_order(
        Side::Server,
        &authentication(),
        &authorization(),
        "`Authorization` needs `Claims`",
    );
    let alone = layer(Side::Server, boxed(Recovery::new()), authorization()).unwrap_err();
    assert!(
        alone.contains("nothing before it in the chain provides it"),
        "{alone}"
    );
}

#[test]
fn each_is_for_its_side() {
    for (side, interceptor) in [
        (Side::Server, credentials()),
        (Side::Server, configured()),
        (Side::Client, authentication()),
        (Side::Client, authorization()),
    ] {
        assert!(layer(side, boxed(Identity), interceptor).is_err());
    }
}

#[test]
fn who_observes_is_outside_of_what_changes_the_end() {
    let metrics = || boxed(Metrics::new());
    for observer in [boxed(Log::new()), metrics()] {
        both(
            &observer,
            &boxed(Recovery::new()),
            "`Recovery` has to stand inside of what is `",
        );
        both(
            &observer,
            &boxed(TrailersOnly::new()),
            "`TrailersOnly` has to stand inside of what is `",
        );
    }
    both(
        &boxed(RequestIds::new()),
        &boxed(Log::new()),
        "`RequestIds` has to stand outside of what is `logging`",
    );
}

#[test]
fn what_is_redacted_is_logged_whole_and_mapped_before() {
    both(
        &boxed(Log::new()),
        &boxed(Redact::new()),
        "`Redact` has to stand inside of what is `logging`",
    );
    both(
        &boxed(Redact::new()),
        &boxed(MapStatus::new()),
        "`Redact` has to stand outside of what is `mapping statuses`",
    );
}

#[test]
fn roles_have_names_of_their_own() {
    let all = [
        order::RETRYING,
        order::HEDGING,
        order::LIMITING_TIME,
        order::RECOVERING,
        order::AUTHENTICATING,
        order::AUTHORIZING,
        order::SIGNING,
        order::IDENTIFYING,
        order::LOGGING,
        order::MEASURING,
        order::TRACING,
        order::MAPPING,
        order::REDACTING,
    ];
    for (at, role) in all.iter().enumerate() {
        assert!(!all[..at].contains(role), "{role} is another's");
    }
}
