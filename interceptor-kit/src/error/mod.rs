//! What calls end with, and what the caller gets to see of it: [`MapStatus`], [`Redact`] and [`TypedError`].
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{Methods, ServerLayer, tonic::{self, Code, Request, Response, Status}};
//! # use interceptor_kit::error::{ERROR_ID, MapStatus, Redact};
//! # use testproto::helloworld::{greeter_client::GreeterClient, greeter_server::{Greeter, GreeterServer}, HelloReply, HelloRequest};
//! # use tower_layer::Layer as _;
//! struct Leaky;
//!
//! #[tonic::async_trait]
//! impl Greeter for Leaky {
//!     async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
//!         Err(Status::unknown("connection to db-7 refused"))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! let chain = (Redact::new(), MapStatus::new().code(Code::Unknown, Code::Internal));
//! let server = ServerLayer::new(chain, &methods)?.layer(GreeterServer::new(Leaky));
//!
//! let status = GreeterClient::new(server).say_hello(HelloRequest::default()).await.unwrap_err();
//! assert_eq!(status.code(), Code::Internal);
//! let id = status.metadata().get(ERROR_ID).unwrap().to_str()?; // the log has it, too
//! assert_eq!(status.message(), format!("internal error ({id})"));
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! All four call types, on both sides: on a server statuses on their way out, on a client on their way in. Each status that
//! a call can end with is seen: in the place of a response, in the trailers behind one, and the error that a body breaks with.
//!
//! | | does |
//! |---|---|
//! | [`MapStatus`] | changes statuses: by code, by origin, by a function; rules apply one after the other |
//! | [`Redact`] | keeps message, details and metadata of some codes from the caller, and gives both the caller and the log an id |
//! | [`TypedError`] | an error of the application as a status with `google.rpc` details, and back |
//!
//! # Order
//!
//! [`Redact`] is the outermost of those that change statuses, and inside of what logs, or the log has the redacted text.
//! [`MapStatus`] is inside of what decides by codes (a retry) where that is to see the mapped ones.
//!
//! # Errors
//!
//! What was mapped. A function that says OK is UNKNOWN.
//!
//! # Cancellation
//!
//! Who has gone away gets no status, so nothing is mapped, and nothing is told to the log. What is below is dropped at once.
//!
//! # Cost
//!
//! A call that ends well: an allocation for a response that streams, and nothing for another.
//!
//! # Differences
//!
//! An interceptor of grpc-go sees the error of a unary handler and of a streaming one; here errors of the transport on a client
//! are seen as well, with their [`Origin`](interceptor_core::Origin).

mod map;
mod redact;
#[cfg(test)]
mod tests;
mod typed;

pub use map::{From, MapStatus, StatusContext};
pub use redact::{ERROR_ID, Redact};
/// The crate of `google.rpc` details, of the version that this module's API has in it.
pub use tonic_types;
pub use typed::TypedError;
