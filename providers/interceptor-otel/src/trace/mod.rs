//! Spans of calls and of their attempts, through `tracing` and `tracing-opentelemetry`, that live to the end of the stream.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{ClientLayer, Methods, ServerLayer};
//! # use interceptor_kit::retry::Retry;
//! use interceptor_otel::trace::{AttemptSpans, Spans};
//!
//! # fn main() -> Result<(), interceptor_core::ConfigError> {
//! let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! let server = ServerLayer::new(Spans::new(), &methods)?;
//! # let retry = Retry::new();
//! let client = ClientLayer::new((Spans::new(), retry, AttemptSpans::new()), &methods)?;
//! # Ok(())
//! # }
//! ```
//!
//! A program puts `tracing_opentelemetry::layer().with_tracer(…)` into its subscriber, with the tracer that it wants: no
//! global provider is looked for, and without that layer nothing but the `tracing` spans is made.
//!
//! # Calls
//!
//! All four call types. [`Spans`] makes one span for each call: SERVER on a server, CLIENT on a client. [`AttemptSpans`] makes
//! one for each attempt, on a client inside of a retry: CLIENT too, so that the server's span has a CLIENT as its parent,
//! which is how backends pair them. (grpc-go's attempts are INTERNAL.)
//!
//! # Names and attributes
//!
//! Those of the semantic conventions of OpenTelemetry, version 1.42.0:
//!
//! | what | value |
//! |---|---|
//! | name | `shop.v1.Orders/Create`; `grpc` if the method is in no table |
//! | `rpc.system.name` | `grpc` |
//! | `rpc.method` | `shop.v1.Orders/Create`; `_OTHER` if it is in no table, and then |
//! | `rpc.method_original` | what was called |
//! | `rpc.response.status_code` | such as `NOT_FOUND`, at the end |
//! | `error.type` | the same, if the span's status is an error |
//! | `server.address`, `server.port` | on a client, if [`Spans::server`] says them |
//! | `client.address`, `client.port` | on a server, if tonic knows the peer |
//! | `previous-rpc-attempts`, `transparent-retry` | gRFC A72's, on an attempt |
//!
//! Status: an error for each code but OK on a client; on a server for UNKNOWN, `DEADLINE_EXCEEDED`, UNIMPLEMENTED, INTERNAL,
//! UNAVAILABLE and `DATA_LOSS`, for the others are the caller's fault. Its description begins with the code, as gRFC A72 has
//! it.
//!
//! Events, as gRFC A72 has them, on the span nearest to the wire (a call's own if there are no spans of attempts):
//! `Outbound message` and `Inbound message`, with `sequence-number`, from 0 each way, `message-size`, and
//! `message-size-compressed` if it is compressed. Of a compressed message `message-size` is known if it is decompressed for
//! it: [`Spans::uncompressed_sizes`].
//!
//! # Propagation
//!
//! W3C's `traceparent` and `tracestate`, or [`Spans::propagator`]: [`B3`], several at once, or one's own. A client sends the
//! context of the span nearest to the wire. A server takes the caller's; without one its span is a root.
//!
//! # Scope
//!
//! What is inside runs in the span, polls of the response included: a handler's calls and spans are children, without an
//! argument of its own.
//!
//! # Order
//!
//! Outermost, so that what other interceptors log is in it; on a client [`Spans`] outside of the retry and [`AttemptSpans`]
//! inside.
//!
//! # Errors
//!
//! None.
//!
//! # Cost
//!
//! What a span and its attributes cost there, and about five allocations.

mod attempts;
mod attributes;
mod b3;
mod calls;
mod carrier;
mod config;
mod events;
mod scope;
mod sight;

pub use attempts::AttemptSpans;
pub use b3::B3;
pub use calls::Spans;
