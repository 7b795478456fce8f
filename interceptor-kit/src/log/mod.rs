//! Logs each call through `tracing`, with the fields and levels that go-grpc-middleware has.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{Methods, ServerLayer};
//! use interceptor_kit::log::{Log, Payloads, When};
//!
//! let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! let log = Log::builder()
//!     .method("/grpc.health.v1.Health/*", When::Fails) // asked for each second
//!     .metadata("x-tenant")
//!     .payloads(Payloads::new().max_bytes(200).redact("payload"))
//!     .build()?;
//! let layer = ServerLayer::new(log, &methods)?;
//! # Ok::<(), interceptor_core::ConfigError>(())
//! ```
//!
//! # Calls
//!
//! All four call types, on both sides. Lines have the target `grpc`, and stand in the span that the call began in.
//!
//! | line | when | fields of its own |
//! |---|---|---|
//! | `started call` | the headers are there | |
//! | `request received` (server), `request sent` (client) | a message passes, if [`Payloads`] are logged | `grpc.request.content` |
//! | `response sent` (server), `response received` (client) | the same | `grpc.response.content` |
//! | `finished call` | the call is over, whatever became of it | `grpc.code`, `grpc.error`, `grpc.time_ms`, `grpc.request.messages`, `grpc.request.bytes`, `grpc.response.messages`, `grpc.response.bytes` |
//!
//! All have `protocol`, `grpc.component` (`server` or `client`), `grpc.service`, `grpc.method`, `grpc.method_type`,
//! `grpc.start_time`, and if they are known `peer.address` (server), `grpc.request.deadline`, `grpc.attempt` (from the second
//! on) and `grpc.request.metadata`. Times are as RFC 3339 says, `grpc.time_ms` is in milliseconds, bytes are those on the
//! wire with their prefixes.
//!
//! # Levels
//!
//! That of the end's code, which [`LogBuilder::level`] changes; start and messages have that of OK.
//!
//! | side | level | codes |
//! |---|---|---|
//! | server | INFO | OK, `NOT_FOUND`, CANCELLED, `ALREADY_EXISTS`, `INVALID_ARGUMENT`, UNAUTHENTICATED |
//! | | WARN | `DEADLINE_EXCEEDED`, `PERMISSION_DENIED`, `RESOURCE_EXHAUSTED`, `FAILED_PRECONDITION`, ABORTED, `OUT_OF_RANGE`, UNAVAILABLE |
//! | | ERROR | UNKNOWN, UNIMPLEMENTED, INTERNAL, `DATA_LOSS` |
//! | client | DEBUG | OK, CANCELLED, `INVALID_ARGUMENT`, `NOT_FOUND`, `ALREADY_EXISTS`, `RESOURCE_EXHAUSTED`, `FAILED_PRECONDITION`, ABORTED, `OUT_OF_RANGE` |
//! | | INFO | UNKNOWN, `DEADLINE_EXCEEDED`, `PERMISSION_DENIED`, UNAUTHENTICATED |
//! | | WARN | UNIMPLEMENTED, INTERNAL, UNAVAILABLE, `DATA_LOSS` |
//!
//! # Secrets
//!
//! No metadata is in the log but what [`LogBuilder::metadata`] names, and that refuses what may be a credential. Messages are
//! not in it unless [`LogBuilder::payloads`] says so; then fields with the option `debug_redact` never are, nor those that
//! [`Payloads::redact`] names. What a status says is in it: up to 1 KiB of its message, none of its metadata and details.
//!
//! # Order
//!
//! Inside of `request_id`, whose id its lines then have; outside of a retry it logs calls, inside of it attempts.
//!
//! # Errors
//!
//! None.
//!
//! # Cost
//!
//! A call that is logged: a box, two or three texts, and what [`Observe`](interceptor_core::Observe) takes for lengths. A
//! call that is not: a comparison for each rule. A message that is logged is decoded, made JSON, and gone through.
//!
//! # Differences
//!
//! go-grpc-middleware logs the start with the first message, so that a call without one never starts, and does not log the
//! end of a stream that nobody reads to its end; it redacts nothing.

mod bound;
mod builder;
mod interceptor;
mod levels;
mod line;
mod logging;
mod metadata;
mod names;
mod payloads;
mod record;
#[cfg(test)]
mod tests;
mod when;

pub use builder::LogBuilder;
pub use interceptor::Log;
pub use payloads::Payloads;
pub use when::When;
