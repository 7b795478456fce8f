//! Sets, copies, removes and hands on metadata.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{ClientLayer, Methods, tonic::{self, Request, Response, Status}};
//! # use interceptor_kit::header::Header;
//! # use testproto::helloworld::{greeter_client::GreeterClient, greeter_server::{Greeter, GreeterServer}, HelloReply, HelloRequest};
//! struct WhereFrom;
//!
//! #[tonic::async_trait]
//! impl Greeter for WhereFrom {
//!     async fn say_hello(&self, request: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
//!         let region = request.metadata().get("x-region").and_then(|region| region.to_str().ok());
//!         Ok(Response::new(HelloReply { message: format!("Hello {}!", region.unwrap_or("world")) }))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! # let channel = GreeterServer::new(WhereFrom);
//! let header = Header::new().set("x-region", "eu-north")?;
//! let mut client = GreeterClient::new(ClientLayer::new(header, &methods)?.layer(channel));
//!
//! let reply = client.say_hello(HelloRequest::default()).await?;
//! assert_eq!(reply.into_inner().message, "Hello eu-north!");
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! All four call types, on both sides:
//!
//! | what | changes |
//! |---|---|
//! | [`set`](Header::set), [`set_if_absent`](Header::set_if_absent), [`append`](Header::append), [`remove`](Header::remove), [`copy`](Header::copy), and their `_bin` forms | the request's metadata, in the order in which they were given |
//! | [`reply_set`](Header::reply_set), [`reply_remove`](Header::reply_remove), [`echo`](Header::echo) | the response's initial metadata; of a call that ended with a status instead, the status' |
//! | [`propagate`](Header::propagate) | on a server nothing; on a client, inside of such a handler, the request's metadata |
//!
//! # Propagation
//!
//! The calls that a handler makes get the chosen metadata of the call that it serves, where both sides have a `Header` that
//! names them. The handler's task finds them, and so does the stream that the handler returned; a task that it spawned
//! does not. A call that has metadata of that name keeps its own.
//!
//! # Order
//!
//! What is inside of it sees the request as it leaves this, and what is outside of it the reply. Inside of a retry it runs for
//! each attempt, starting from the call's own metadata, so nothing accumulates.
//!
//! # Errors
//!
//! None.
//!
//! # Cancellation
//!
//! A caller that goes away drops what is below, at once; nothing is kept.
//!
//! # Cost
//!
//! A hash for each name; for propagation one allocation on the server, and one more for a response that streams.
//!
//! # Differences
//!
//! tower-http's `SetRequestHeader` and `PropagateHeader` do the same for HTTP; a trailers-only status has no headers of its own
//! there, and names that gRPC keeps for itself are not refused.

mod carried;
mod interceptor;
mod names;
mod rules;
#[cfg(test)]
mod tests;

pub use interceptor::Header;
