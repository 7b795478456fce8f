//! Gives each call an id: its caller's, or a new one; in the log, in the calls made for it, and in the reply.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{Methods, ServerLayer, tonic::{self, Request, Response, Status}};
//! # use interceptor_kit::request_id::{RequestId, RequestIds};
//! # use testproto::helloworld::{greeter_client::GreeterClient, greeter_server::{Greeter, GreeterServer}, HelloReply, HelloRequest};
//! # use tower_layer::Layer as _;
//! struct Hello;
//!
//! #[tonic::async_trait]
//! impl Greeter for Hello {
//!     async fn say_hello(&self, request: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
//!         let id = request.extensions().get::<RequestId>().map(RequestId::as_str);
//!         Ok(Response::new(HelloReply { message: id.unwrap_or_default().to_owned() }))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! let server = ServerLayer::new(RequestIds::new(), &methods)?.layer(GreeterServer::new(Hello));
//!
//! let reply = GreeterClient::new(server).say_hello(HelloRequest::default()).await?;
//! let id = reply.metadata().get("x-request-id").unwrap().to_str()?.to_owned();
//! assert_eq!(reply.into_inner().message, id);
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! All four call types. The id is in the request's metadata for what is inside, in its extensions as a [`RequestId`], and
//!
//! - on a server in the initial metadata of the reply, or in those of the status that came instead;
//! - on a client in the extensions of the reply, and in the metadata of a status that came without.
//!
//! On a server the id is the caller's, if it sent one of 1 to 128 visible ASCII characters, or a new one. On a client it is
//! the one that the application has set, or that of the call which is being served here, or a new one. A new one is a UUID
//! of version 7, which sorts by time.
//!
//! # Spans
//!
//! What is inside runs in a `tracing` span `request` with the field `request_id`, at the level INFO, body polls included.
//!
//! # Order
//!
//! Outside of all that logs and of a retry, whose attempts then share one id.
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
//! Four allocations or so for a new id, and one more for a response that streams.
//!
//! # Differences
//!
//! tower-http's `SetRequestId` does not return the id with a status, knows no calls made for a call, and takes whatever the
//! caller sends.

mod id;
mod interceptor;
mod scope;
#[cfg(test)]
mod tests;

pub use id::RequestId;
pub use interceptor::RequestIds;
