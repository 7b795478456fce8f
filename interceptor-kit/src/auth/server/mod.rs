//! Who calls: on a server.

mod authenticate;
mod interceptor;
#[cfg(feature = "auth-jwt")]
mod jwt;
#[cfg(feature = "auth-mtls")]
mod mtls;
mod secrets;

pub use authenticate::{AuthError, Authenticate, Caller};
pub use interceptor::Authentication;
#[cfg(feature = "auth-jwks")]
pub use jwt::HttpJwks;
#[cfg(feature = "auth-jwt")]
pub use jwt::{Jwks, JwksSource, Jwt, JwtKeys};
#[cfg(feature = "auth-mtls")]
pub use mtls::Mtls;
pub use secrets::{Basic, BearerTokens};
