//! Ready-made interceptors for gRPC calls, built on nothing but the public API of [`interceptor_core`].
//!
//! Applications use them through the facade, `grpc-interceptor`, which re-exports each module under its own name. One word is a module,
//! a feature, an example and a test file:
//!
//! | interceptor | feature | side | call types | status it can cause | cost |
//! |---|---|---|---|---|---|
//! | [`metrics`]: counts and times calls, for Prometheus | `metrics` | both | all four | none | one allocation for each call, none for a message; no locks |
//! | [`retry_on_error`]: makes a call again, waiting longer each time | `retry-on-error` | both | all four | none of its own | about fifteen allocations and a lock for each request frame; keeps 256 KiB at most |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(feature = "retry-on-error")]
pub mod retry_on_error;
