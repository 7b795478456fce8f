//! Who may call what: [`Rules`] by claims, or a [`Policy`] in the JSON of gRFC A43.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{Methods, ServerLayer, tonic::{self, Code, Request, Response, Status}};
//! # use interceptor_kit::authz::{Authorization, Policy};
//! # use testproto::helloworld::{greeter_client::GreeterClient, greeter_server::{Greeter, GreeterServer}, HelloReply, HelloRequest};
//! # use tower_layer::Layer as _;
//! # struct Hello;
//! # #[tonic::async_trait]
//! # impl Greeter for Hello {
//! #     async fn say_hello(&self, _: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
//! #         Ok(Response::new(HelloReply::default()))
//! #     }
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! let policy = Policy::from_json(r#"{
//!     "name": "greeter",
//!     "allow_rules": [{ "name": "beta", "request": { "headers": [{ "key": "x-channel", "values": ["beta"] }] } }]
//! }"#)?;
//! let server = ServerLayer::new(Authorization::new(policy), &methods)?.layer(GreeterServer::new(Hello));
//! let mut client = GreeterClient::new(server);
//!
//! let status = client.say_hello(HelloRequest::default()).await.unwrap_err();
//! assert_eq!((status.code(), status.message()), (Code::PermissionDenied, "permission denied"));
//!
//! let mut request = Request::new(HelloRequest::default());
//! request.metadata_mut().insert("x-channel", "beta".parse()?);
//! assert!(client.say_hello(request).await.is_ok());
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! All four call types, on servers: [`Authorize`] is asked when the headers are there, and before anything of the request's body
//! is read. Several in a chain each have to allow a call.
//!
//! | | decides by |
//! |---|---|
//! | [`Rules`] | claims that an interceptor outside has put into the extensions: a condition for each method or service |
//! | [`Policy`] | path, metadata and the client's certificate, as gRFC A43 has it: deny rules first, then allow rules |
//! | [`PolicyFile`] | a policy in a file: a valid one takes the place of the one before, a broken one changes nothing |
//!
//! What no rule allows is denied, methods that nobody knows included.
//!
//! # Audit
//!
//! As gRFC A59 has it: an [`AuditEvent`] for each decision that the condition names, to loggers that implement [`AuditLogger`];
//! `stdout_logger` is there. The caller is told nothing of the rule.
//!
//! # Order
//!
//! Inside of `auth`, whose claims it reads, and of logs and metrics.
//!
//! # Errors
//!
//! `PERMISSION_DENIED` with a fixed text. INTERNAL if the client's certificate cannot be read.
//!
//! # Cancellation
//!
//! It decides at once, so there is nothing to cancel. A call that is dropped later is dropped below at once.
//!
//! # Cost
//!
//! Rules: a comparison for each rule. Policies: reading the client's certificate, if there is one, and some comparisons for each
//! rule. A [`PolicyFile`] adds no lock.
//!
//! # Differences
//!
//! grpc-go and grpc-java report INTERNAL when they know nothing of the connection; here that is one without TLS, which no
//! principal matches. The RBAC engine of xDS (gRFC A41) is not exposed.

mod access;
mod audit;
mod interceptor;
mod policy;
mod rules;
#[cfg(test)]
mod tests;

pub use crate::policy::PeerCertificates;
pub use access::{Access, Authorize, Verdict};
pub use audit::{AuditCondition, AuditEvent, AuditLogger, AuditLoggers, StdoutLogger};
pub use interceptor::Authorization;
pub use policy::{Policy, PolicyFile};
pub use rules::Rules;
