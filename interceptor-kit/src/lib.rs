//! Ready-made interceptors for gRPC calls, built on nothing but the public API of [`interceptor_core`].
//!
//! Applications use them through the facade, `grpc-interceptor`, which re-exports each module under its own name. One word is a module,
//! a feature, an example and a test file:
//!
//! | interceptor | feature | side | call types | status it can cause | cost |
//! |---|---|---|---|---|---|
//! | [`deadline`]: ends a call when its time is over, and the calls that were made for it | `deadline` | both | all four | `DEADLINE_EXCEEDED`, CANCELLED | a timer and up to six allocations; one more clock reading for each frame |
//! | [`header`]: sets, copies, removes and hands on metadata | `header` | both | all four | none | a hash for each name |
//! | [`recovery`]: turns a panic into a status, also in the middle of a stream | `recovery` | both | all four | INTERNAL | about a hundred instructions; one allocation for a stream |
//! | [`request_id`]: gives each call an id, in its log and in its reply | `request-id` | both | all four | none | about four allocations |
//! | [`retry_on_error`]: makes a call again, waiting longer each time | `retry-on-error` | both | all four | none of its own | about fifteen allocations and a lock for each request frame; keeps 256 KiB at most |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "deadline")]
pub mod deadline;
#[cfg(feature = "header")]
pub mod header;
#[cfg(feature = "recovery")]
pub mod recovery;
#[cfg(feature = "request-id")]
pub mod request_id;
#[cfg(feature = "retry-on-error")]
pub mod retry_on_error;
