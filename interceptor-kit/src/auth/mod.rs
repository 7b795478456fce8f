//! Who calls: [`Authentication`] asks on a server, [`CallCredentials`] says it on a client.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{ClientLayer, Methods, ServerLayer, tonic::{self, Code, Request, Response, Status}};
//! # use interceptor_kit::auth::{Authentication, BearerTokens, CallCredentials, Token};
//! # use testproto::helloworld::{greeter_client::GreeterClient, greeter_server::{Greeter, GreeterServer}, HelloReply, HelloRequest};
//! # use tower_layer::Layer as _;
//! #[derive(Clone)]
//! struct User(&'static str);
//!
//! struct WhoAmI;
//!
//! #[tonic::async_trait]
//! impl Greeter for WhoAmI {
//!     async fn say_hello(&self, request: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
//!         let user = request.extensions().get::<User>().ok_or_else(|| Status::internal("no user"))?;
//!         Ok(Response::new(HelloReply { message: user.0.to_owned() }))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! let tokens = BearerTokens::new().token("s3cret", User("alice"))?;
//! let server = ServerLayer::new(Authentication::new(tokens), &methods)?.layer(GreeterServer::new(WhoAmI));
//!
//! let status = GreeterClient::new(server.clone()).say_hello(HelloRequest::default()).await.unwrap_err();
//! assert_eq!((status.code(), status.message()), (Code::Unauthenticated, "unauthenticated"));
//!
//! let credentials = CallCredentials::new(|| async { Token::new("s3cret") }, &"https://example.com".parse()?)?;
//! let mut client = GreeterClient::new(ClientLayer::new(credentials, &methods)?.layer(server));
//! assert_eq!(client.say_hello(HelloRequest::default()).await?.into_inner().message, "alice");
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! | | all four call types |
//! |---|---|
//! | server | [`Authenticate`] is asked when the headers are there, and before anything of the request's body is read; its claims go into the extensions of the request |
//! | client | the token goes into `authorization`; a call with one of its own keeps that |
//!
//! On a server every path is asked about: methods that the table does not have, health and reflection too, whatever content-type
//! or HTTP method a request has. Only what [`except`](Authentication::except) names passes, and then there are no claims.
//!
//! Ready-made: [`BearerTokens`], [`Basic`], with the feature `auth-jwt` `Jwt` (keys in PEM, or in a JWKS that changes; with
//! `auth-jwks` behind a URL), with `auth-mtls` `Mtls` (SANs, SPIFFE id). The secrets are compared in constant time.
//!
//! # Tokens of a client
//!
//! By gRFC A97. A [`TokenSource`] is asked when a call needs a token, in a task of its own, and never twice at once: all calls
//! that wait get what came of it. A token is not used in its last 30 seconds, and the next one is fetched in the minute before
//! those while calls go on with the old one. After a failure calls that have no token end at once with its status, until a
//! backoff is over (1 s, ×1.6, ±20 %, at most 120 s).
//!
//! A call that the peer ends with UNAUTHENTICATED, instead of a response, is made once more with a fresh token, if it can be
//! replayed, the token was at least ten seconds old, and the fresh one is another. No token goes over plaintext: a layer cannot
//! see the connection, so [`CallCredentials::new`] takes the endpoint's URI, and wants it to be `https`.
//!
//! # Order
//!
//! On a server outside of all that trusts claims (`authz`), and inside of logs and metrics, which then see refused calls. On a
//! client inside of a retry, so that each attempt has a token that is good.
//!
//! # Errors
//!
//! | status | when |
//! |---|---|
//! | UNAUTHENTICATED | server: the credentials are missing or wrong, never which; client: no token to be had, or one must not be sent |
//! | UNAVAILABLE | server: nobody can say at the moment (no keys yet); client: no token to be had at the moment |
//! | INTERNAL | client: the source ended with a code that only a server's answer can have (gRFC A54) |
//! | `DEADLINE_EXCEEDED` | client: the call's deadline passed while it waited for a token |
//!
//! The reason goes to a `tracing` event.
//!
//! # Cancellation
//!
//! Who waits for a token or for keys may go away; the fetch goes on, for the next one.
//!
//! # Cost
//!
//! Server: one entry in the extensions, and what [`Authenticate`] does. Client: a lock, a header, and what
//! [`Call::into_replay_within`](interceptor_core::Call::into_replay_within) costs, unless it is switched off
//! ([`resends`](CallCredentials::resends)).
//!
//! # Differences
//!
//! grpc-go and grpc-java see the connection, and refuse plaintext there. tonic's own interceptors see neither the method nor
//! the end of a call, and cannot wait.

mod client;
mod flight;
mod server;
#[cfg(test)]
mod tests;

#[cfg(feature = "auth-mtls")]
pub use crate::policy::{PeerCertificates, PeerIdentity};
pub use client::{CallCredentials, Token, TokenFile, TokenSource, http_failure};
#[cfg(feature = "auth-jwt")]
pub use jsonwebtoken::Algorithm;
#[cfg(feature = "auth-jwks")]
pub use server::HttpJwks;
#[cfg(feature = "auth-mtls")]
pub use server::Mtls;
pub use server::{AuthError, Authenticate, Authentication, Basic, BearerTokens, Caller};
#[cfg(feature = "auth-jwt")]
pub use server::{Jwks, JwksSource, Jwt, JwtKeys};
