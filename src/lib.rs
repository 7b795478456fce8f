//! One interceptor for every gRPC call: the four call types, client and server, on [tonic].
//!
//! An interceptor is written once, as one `async fn`, and sees each call from its headers to its end, whether one message goes each way or
//! two streams do. Chains of them are tower layers around unmodified generated clients and servers.
//!
//! - [`macro@grpc_interceptor`] makes an interceptor, [`InterceptorChain`] makes a chain out of the fields of a struct.
//! - [`Call`], [`Next`] and [`Reply`] are what an interceptor works with.
//! - [`blocking`] and [`macro@blocking_service`] are for code without `async`: interceptors, callers and handlers.
//! - [`ServerLayer`] and [`ClientLayer`] put a chain around services and channels; [`Methods`] tells them which method is of which call type.
//!
//! `use grpc_interceptor::prelude::*;` brings in what nearly everybody needs.
//!
//! # Features
//!
//! | feature | default | what it adds | what it pulls in |
//! |---|---|---|---|
//! | `macros` | yes | [`macro@grpc_interceptor`] and [`InterceptorChain`] | syn and quote, at build time |
//! | `transport` | yes | [`Call::peer`], [`blocking::Channel`] | tonic's own client and server transport |
//! | `gzip`, `deflate` | | messages compressed so can be looked at | flate2 |
//! | `zstd` | | messages compressed so can be looked at | zstd |
//! | `reflect` | | messages as JSON, by their descriptors | prost-reflect |
//! | `auth` | | the module `auth`: bearer tokens, basic, tokens of a client | subtle, serde_json |
//! | `auth-jwt` | | `auth::Jwt` and `auth::Jwks` | jsonwebtoken with the rust_crypto crates, arc-swap |
//! | `auth-jwks` | | `auth::HttpJwks`, and `auth-jwt` | hyper, rustls with ring |
//! | `auth-mtls` | | `auth::Mtls` | x509-parser |
//! | `authz` | | the module `authz` | serde_json, arc-swap, x509-parser |
//! | `deadline` | | the module `deadline` | tokio's timer, tokio-util |
//! | `error` | | the module `error` | tonic-types, uuid |
//! | `header` | | the module `header` | |
//! | `hedge` | | the module `hedge`, and `policy` | tokio's timer |
//! | `log` | | the module `log`, and `reflect` | prost-reflect |
//! | `metrics` | | the module `metrics` | tokio's clock |
//! | `recovery` | | the module `recovery` | |
//! | `request-id` | | the module `request_id` | uuid |
//! | `retry` | | the module `retry`, and `policy` | tokio's timer |
//! | `retry-on-error` | | the module `retry_on_error` | tokio's timer |
//! | `service-config` | | the module `compose::service_config`, and `deadline`, `hedge`, `retry` | serde_json, arc-swap |
//! | `status` | | the module `status` | tokio's timer |
//! | `full` | | all of them | |
//!
//! [tonic]: https://docs.rs/tonic

#![cfg_attr(docsrs, feature(doc_cfg))]

#[doc(inline)]
pub use interceptor_core::*;

#[doc(hidden)]
pub use interceptor_core::__private;

#[cfg(feature = "macros")]
#[doc = include_str!("../docs/derive.md")]
#[doc(inline)]
pub use interceptor_macros::InterceptorChain;

#[cfg(feature = "macros")]
#[doc = include_str!("../docs/attribute.md")]
#[doc(inline)]
pub use interceptor_macros::grpc_interceptor;

#[cfg(feature = "auth")]
#[doc(inline)]
pub use interceptor_kit::auth;

#[cfg(feature = "authz")]
#[doc(inline)]
pub use interceptor_kit::authz;

#[cfg(feature = "service-config")]
#[doc(inline)]
pub use interceptor_kit::compose;

#[cfg(feature = "deadline")]
#[doc(inline)]
pub use interceptor_kit::deadline;

#[cfg(feature = "error")]
#[doc(inline)]
pub use interceptor_kit::error;

#[cfg(feature = "header")]
#[doc(inline)]
pub use interceptor_kit::header;
#[cfg(feature = "hedge")]
#[doc(inline)]
pub use interceptor_kit::hedge;
#[cfg(feature = "log")]
#[doc(inline)]
pub use interceptor_kit::log;
#[cfg(feature = "metrics")]
#[doc(inline)]
pub use interceptor_kit::metrics;

#[cfg(any(
    feature = "auth",
    feature = "authz",
    feature = "deadline",
    feature = "error",
    feature = "header",
    feature = "hedge",
    feature = "log",
    feature = "metrics",
    feature = "recovery",
    feature = "request-id",
    feature = "retry",
    feature = "retry-on-error",
    feature = "status"
))]
#[doc(inline)]
pub use interceptor_kit::policy;
#[cfg(feature = "macros")]
#[doc = include_str!("../docs/blocking_service.md")]
#[doc(inline)]
pub use interceptor_macros::blocking_service;

#[cfg(feature = "recovery")]
#[doc(inline)]
pub use interceptor_kit::recovery;

#[cfg(feature = "request-id")]
#[doc(inline)]
pub use interceptor_kit::request_id;

#[cfg(feature = "retry")]
#[doc(inline)]
pub use interceptor_kit::retry;

#[cfg(feature = "retry-on-error")]
#[doc(inline)]
pub use interceptor_kit::retry_on_error;

#[cfg(feature = "status")]
#[doc(inline)]
pub use interceptor_kit::status;

#[cfg(any(doc, doctest))]
pub mod guide;
pub mod prelude;

/// Compiles the examples of the README.
#[cfg(all(doctest, feature = "retry-on-error"))]
#[doc = include_str!("../README.md")]
struct Readme;
