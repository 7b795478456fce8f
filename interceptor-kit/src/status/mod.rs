//! Makes statuses what gRPC says they are, where tonic does otherwise. Nothing of it happens unless it is asked for.
//!
//! - [`TrailersOnly`], on a server: the error of a streaming handler that comes before any message goes out in the place of a
//!   response, so that clients can retry it.
//! - [`CanonicalCodes`], on a client: an error on the way has the code that the specification has for it.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{CallKind, Methods, ServerLayer, tonic::{self, Code, Request, Response, Status}};
//! # use interceptor_kit::status::TrailersOnly;
//! # use interceptor_test::{Case, Harness, Peer};
//! # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
//! // A handler returned a stream, and its first item is an error.
//! let handler = Peer::fail_after(0, Code::Unavailable);
//! let outcome = Harness::unary_stream(TrailersOnly::new()).on_server().peer(handler).call().await;
//! assert!(outcome.is_trailers_only());
//! assert_eq!(outcome.code(), Code::Unavailable);
//! # }
//! ```
//!
//! # Calls
//!
//! | | unary response | streamed response |
//! |---|---|---|
//! | `TrailersOnly`, server | nothing to do: an error goes out so in any case | the first poll of the stream decides |
//! | `CanonicalCodes`, client | the status of the call | the status in the place of headers, and what the stream breaks with |
//!
//! Each of them lets the calls of the other side pass.
//!
//! # Order
//!
//! `TrailersOnly` goes innermost, beside the handler, so that all others see the error as one that came instead of a
//! response. `CanonicalCodes` goes outermost: a retry judges by origin, whatever the code, and has to see the origin.
//!
//! # Errors
//!
//! None of their own.
//!
//! # Cancellation
//!
//! As without them.
//!
//! # Cost
//!
//! `TrailersOnly`: one poll of a streamed response before its headers, and the frame that came of it in hand until they are
//! out; with a [`wait`](TrailersOnly::wait), that time. `CanonicalCodes`: nothing for a call that goes well and has a unary
//! response; four allocations for one that streams.
//!
//! # Differences
//!
//! grpc-go and grpc-java servers send headers when the handler does, and the error of a handler that sent nothing goes out in
//! the place of a response. tonic sends the headers of a streaming handler when it returns its stream.

mod codes;
#[cfg(test)]
mod tests;
mod trailers_only;

pub use codes::CanonicalCodes;
pub use trailers_only::TrailersOnly;
