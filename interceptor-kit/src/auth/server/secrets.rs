use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use interceptor_core::ConfigError;
use subtle::ConstantTimeEq as _;

use super::{AuthError, Authenticate, Caller};

/// Knows callers by tokens: `authorization: Bearer <token>`.
///
/// Tokens are compared in a time that does not depend on where they differ, and with all of them; their length is not
/// secret. Make them out of at least 128 random bits.
#[derive(Clone)]
pub struct BearerTokens<C>(Secrets<C>);

/// Knows callers by name and password: `authorization: Basic <base64 of name:password>` (RFC 7617).
///
/// They are compared as [`BearerTokens`] are. A password that people think up wants a slow hash, which this is not: implement
/// [`Authenticate`] for it.
#[derive(Clone)]
pub struct Basic<C>(Secrets<C>);

/// Secrets, and who has them.
#[derive(Clone)]
struct Secrets<C>(Vec<(Vec<u8>, C)>);

// === impl BearerTokens ===

impl<C: Clone + Send + Sync + 'static> BearerTokens<C> {
    /// Knows nobody.
    #[must_use]
    pub fn new() -> Self {
        Self(Secrets(Vec::new()))
    }

    /// Who has this token is known by these claims. Of two equal tokens the last one counts.
    ///
    /// # Errors
    ///
    /// A token that is empty, or that no header can hold.
    pub fn token(mut self, token: &str, claims: C) -> Result<Self, ConfigError> {
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ConfigError::new(
                "a bearer token is empty, or has other characters than visible ASCII",
            ));
        }
        self.0.0.push((token.as_bytes().to_vec(), claims));
        Ok(self)
    }
}

impl<C: Clone + Send + Sync + 'static> Default for BearerTokens<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Clone + Send + Sync + 'static> Authenticate for BearerTokens<C> {
    type Claims = C;

    async fn authenticate(&self, caller: &Caller<'_>) -> Result<C, AuthError> {
        let token = caller.credentials("bearer")?;
        let claims = self.0.find(token.as_bytes());
        claims.ok_or(AuthError::unauthenticated("the token is not known"))
    }
}

impl<C> fmt::Debug for BearerTokens<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BearerTokens({})", self.0.0.len())
    }
}

// === impl Basic ===

impl<C: Clone + Send + Sync + 'static> Basic<C> {
    /// Knows nobody.
    #[must_use]
    pub fn new() -> Self {
        Self(Secrets(Vec::new()))
    }

    /// Who has this name and password is known by these claims.
    ///
    /// # Errors
    ///
    /// A name with a colon in it, or an empty password.
    pub fn user(mut self, name: &str, password: &str, claims: C) -> Result<Self, ConfigError> {
        if name.contains(':') || password.is_empty() {
            return Err(ConfigError::new(format!(
                "user `{name}`: a name has no colon, and a password is not empty"
            )));
        }
        let secret = format!("{name}:{password}").into_bytes();
        self.0.0.push((secret, claims));
        Ok(self)
    }
}

impl<C: Clone + Send + Sync + 'static> Default for Basic<C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Clone + Send + Sync + 'static> Authenticate for Basic<C> {
    type Claims = C;

    async fn authenticate(&self, caller: &Caller<'_>) -> Result<C, AuthError> {
        let encoded = caller.credentials("basic")?;
        let secret = STANDARD.decode(encoded);
        let secret = secret.map_err(|_| AuthError::unauthenticated("it is not base64"))?;
        let claims = self.0.find(&secret);
        claims.ok_or(AuthError::unauthenticated(
            "name and password are not known",
        ))
    }
}

impl<C> fmt::Debug for Basic<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Basic({})", self.0.0.len())
    }
}

// === impl Secrets ===

impl<C: Clone> Secrets<C> {
    /// Who has this secret. It is compared with each of them, found or not.
    fn find(&self, given: &[u8]) -> Option<C> {
        let mut found = None;
        for (secret, claims) in &self.0 {
            if bool::from(secret.ct_eq(given)) {
                found = Some(claims);
            }
        }
        found.cloned()
    }
}
