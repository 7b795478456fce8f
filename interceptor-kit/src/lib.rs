//! Ready-made interceptors for gRPC calls, built on nothing but the public API of [`interceptor_core`].
//!
//! Applications use them through the facade, `grpc-interceptor`, which re-exports each module under its own name. One word is a module,
//! a feature, an example and a test file:
//!
//! | interceptor | feature | side | call types | status it can cause | cost |
//! |---|---|---|---|---|---|
//! | [`hedge`]: sends a call several times side by side, and takes the first answer | `hedge` | both | all four | `DEADLINE_EXCEEDED` | nothing without a policy; some allocations for each hedge; keeps 256 KiB of a call and 16 MiB in all at most |
//! | [`retry`]: makes a call again as gRPC says it, by a policy for each method | `retry` | both | all four | `DEADLINE_EXCEEDED` | one allocation for a unary call that succeeds at once; keeps 256 KiB of a call and 16 MiB in all at most |
//! | [`retry_on_error`]: makes a call again, waiting longer each time | `retry-on-error` | both | all four | none of its own | about fifteen allocations and a lock for each request frame; keeps 256 KiB at most |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "hedge")]
pub mod hedge;
#[cfg(any(feature = "hedge", feature = "retry"))]
pub mod policy;
#[cfg(feature = "retry")]
pub mod retry;
#[cfg(feature = "retry-on-error")]
pub mod retry_on_error;
