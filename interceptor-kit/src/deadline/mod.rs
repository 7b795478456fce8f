//! Ends a call when its time is over: the whole of it, and the calls that were made for it.
//!
//! On a server it enforces what `grpc-timeout` says over the response's headers, its body and the stream of requests, and
//! cancels the handler. On a client it does the same for its caller, and gives calls that have no deadline one of their
//! method's. A handler's own calls end with the call that it serves.
//!
//! # Example
//!
//! ```
//! # use std::time::Duration;
//! # use interceptor_core::{Call, CallType, ClientLayer, Methods, Next, Reply, tonic::{self, Code, Request, Response, Status}};
//! # use interceptor_kit::deadline::Deadline;
//! # use testproto::helloworld::{greeter_client::GreeterClient, greeter_server::{Greeter, GreeterServer}, HelloReply, HelloRequest};
//! struct Slow;
//!
//! #[tonic::async_trait]
//! impl Greeter for Slow {
//!     async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
//!         tokio::time::sleep(Duration::from_secs(60)).await;
//!         Ok(Response::new(HelloReply::default()))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! # let channel = GreeterServer::new(Slow);
//! let deadline = Deadline::new().max_for("/helloworld.Greeter/SayHello", Duration::from_secs(2))?;
//! let mut client = GreeterClient::new(ClientLayer::new(deadline, &methods)?.layer(channel));
//!
//! let started = tokio::time::Instant::now();
//! let status = client.say_hello(HelloRequest::default()).await.unwrap_err();
//! assert_eq!(status.code(), Code::DeadlineExceeded);
//! assert_eq!(started.elapsed(), Duration::from_secs(2));
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! | call type | ends |
//! |---|---|
//! | unary-unary | when the time is over; on a server the handler is dropped |
//! | stream-unary | the same; and the stream of requests ends with an error for whoever still reads it |
//! | unary-stream, stream-stream | the same before the response's headers. After them: on a server with a status in the trailers, and the response's stream is dropped; on a client with the last item of the stream, and the peer sees a reset |
//!
//! # Which deadline
//!
//! The earliest of these: what the caller says (`Request::set_timeout`, or `grpc-timeout` on a server), what
//! [`max`](Deadline::max) or [`max_for`](Deadline::max_for) say of the method, and, on a client inside of a handler, the
//! deadline of the call that is being served. What is left of it goes on as `grpc-timeout`, rounded down, so that no server
//! has more time than its caller. A `grpc-timeout` that cannot be read is ignored, as tonic does it.
//!
//! # Propagation
//!
//! On a server, handlers run for a [`ParentCall`], which a `Deadline` on a client finds wherever it is called from the same
//! task: in the handler, in interceptors inside of this one, and in the stream that the handler returned. What it takes from
//! there is the deadline, the metadata that [`propagate`](Deadline::propagate) has chosen, and cancellation. A spawned task
//! is another task: capture [`ParentCall::current`] and enter it there with [`ParentCall::scope`].
//!
//! A call is cancelled when its caller goes away, its deadline passes or its handler panics. A handler that has answered,
//! with whatever status, was not cancelled, and what it spawned goes on; but the deadline stays.
//!
//! # Order
//!
//! Outermost on both sides, but for what only observes. On a server, time that is spent outside of it counts, too; but when
//! it is over there, it is tonic's timer that ends the call. On a client it belongs outside of a retry, whose attempts and
//! waiting it then bounds as a whole.
//!
//! # Errors
//!
//! - `DEADLINE_EXCEEDED` when the time is over. If there is none left at the beginning, nothing is sent, and no handler runs.
//! - `DEADLINE_EXCEEDED` on a client for a timeout of tonic's own, such as `Endpoint::timeout`, for which tonic says
//!   CANCELLED. The original is the source.
//! - CANCELLED on a client when the call that it was made for was cancelled.
//!
//! An answer that comes when the time is over is dropped, whatever it says.
//!
//! # Cancellation
//!
//! A caller that goes away cancels what is below at once, as without it; and what was spawned for it, if that entered the
//! [`ParentCall`].
//!
//! # Cost
//!
//! A call without a deadline: nothing on a client; on a server two allocations for the `ParentCall`, and seven for a response
//! that streams. With one: two allocations for a unary call, up to five for a stream of requests and up to eight for a stream of
//! responses, two more on a server; and a timer, but only once the call waits. Each frame of a stream reads the clock once.
//! Nothing is parsed. It needs tokio's timer.
//!
//! # Differences
//!
//! tonic's server has a timer of its own for `grpc-timeout` and `Server::timeout`, as has its channel; it answers CANCELLED
//! and stops at the response's headers. This one is asked first, and is the one that answers. A `Server::timeout` that is
//! shorter still ends as tonic ends it: use [`max`](Deadline::max) in its place. tower-http's `Timeout` answers HTTP 408,
//! which is no gRPC. As in gRPC's own libraries nothing is deducted from a deadline that is handed on.

mod enforce;
mod interceptor;
mod names;
mod parent;
#[cfg(test)]
mod tests;

pub use interceptor::Deadline;
pub use parent::ParentCall;
