//! Who calls: [`Authentication`] on a server, [`CallCredentials`] on a client.

mod client;
mod flight;
mod server;
#[cfg(test)]
mod tests;

pub use client::{CallCredentials, Token, TokenFile, TokenSource, http_failure};
#[cfg(feature = "auth-jwks")]
pub use server::HttpJwks;
#[cfg(feature = "auth-mtls")]
pub use server::Mtls;
pub use server::{AuthError, Authenticate, Authentication, Basic, BearerTokens, Caller};
#[cfg(feature = "auth-jwt")]
pub use server::{Jwks, JwksSource, Jwt, JwtKeys};
#[cfg(feature = "auth-mtls")]
pub use crate::policy::{PeerCertificates, PeerIdentity};
#[cfg(feature = "auth-jwt")]
pub use jsonwebtoken::Algorithm;
