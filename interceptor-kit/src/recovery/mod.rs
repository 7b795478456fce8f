//! Turns a panic into a status: in the handler, in the stream that it returned, and in interceptors inside of this one.
//!
//! Without it tonic resets the stream of a call whose handler panics, so that the client sees CANCELLED; and a stream that
//! panics looks to some clients like one that has ended.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{Call, CallType, Methods, Next, Reply, ServerLayer, tonic::{self, Code, Request, Response, Status}};
//! # use interceptor_kit::recovery::Recovery;
//! # use testproto::helloworld::{greeter_client::GreeterClient, greeter_server::{Greeter, GreeterServer}, HelloReply, HelloRequest};
//! # use tower_layer::Layer as _;
//! struct Unsound;
//!
//! #[tonic::async_trait]
//! impl Greeter for Unsound {
//!     async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
//!         panic!("nobody is to read this")
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! let server = ServerLayer::new(Recovery::new(), &methods)?.layer(GreeterServer::new(Unsound));
//!
//! let status = GreeterClient::new(server).say_hello(HelloRequest::default()).await.unwrap_err();
//! assert_eq!((status.code(), status.message()), (Code::Internal, "internal error"));
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! | call type | a panic is caught in |
//! |---|---|
//! | all four | the future of the rest of the chain: interceptors inside, the service below, the handler, its reads of the request |
//! | unary-stream, stream-stream | also each poll of the response's body, and its drop |
//!
//! So it is on both sides; on a client, what can panic is an interceptor inside of this one, or the transport.
//!
//! # Order
//!
//! Inside of what observes: metrics and logs then see INTERNAL, and a call that ended as any other. Outside of all that may
//! panic. What is outside of it is not caught.
//!
//! # Errors
//!
//! INTERNAL with a [fixed text](Recovery::message). The panic's own text may hold secrets, and does not leave: it goes to a
//! `tracing` event at the level ERROR, and to [`on_panic`](Recovery::on_panic). A panic behind a streamed response's headers
//! is the status in its trailers, or on a client the last item of the stream; never a clean end.
//!
//! # What is not caught
//!
//! - Anything in a program that is built with `panic = "abort"`: it ends at the panic, before anybody could catch it.
//! - A panic in a task that the handler spawned. Who awaits it gets tokio's `JoinError`.
//! - A panic in a drop while another panic unwinds: that aborts.
//!
//! What panicked is dropped and not used again. What it shares with other calls may be left half-changed: a `std` mutex
//! says so by being poisoned.
//!
//! # Backtraces
//!
//! Where a panic happened is known only to the process' panic hook. The first `Recovery` therefore puts one of its own
//! before the hook that is there, which is still called. It keeps the place of a panic inside of a `Recovery`, and a
//! backtrace if `RUST_BACKTRACE` or `RUST_LIB_BACKTRACE` asks for backtraces. A hook that is set later takes its place: the
//! panic is caught all the same, and place and backtrace are missing.
//!
//! # Cancellation
//!
//! A caller that goes away drops what is below, at once. If that panics there is nobody to answer; the log and the hook are told,
//! and whoever dropped the call goes on.
//!
//! # Cost
//!
//! About a hundred instructions for each call, and no allocation; for a response that streams one allocation, and a few
//! instructions for each frame.
//!
//! # Differences
//!
//! tower-http's `CatchPanic` answers HTTP 500, which is no gRPC, and does not look at bodies. go-grpc-middleware's recovery
//! gives the caller the panic's text.

mod caught;
mod hook;
mod interceptor;
mod polls;
#[cfg(test)]
mod tests;

pub use caught::Panic;
pub use interceptor::Recovery;
