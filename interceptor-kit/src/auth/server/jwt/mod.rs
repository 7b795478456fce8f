//! Tokens that say themselves whose they are, signed.

#[cfg(feature = "auth-jwks")]
mod http;
mod jwks;
mod keys;

#[cfg(feature = "auth-jwks")]
pub use http::HttpJwks;
pub use jwks::{Jwks, JwksSource};
pub use keys::JwtKeys;

use std::{collections::HashSet, fmt, marker::PhantomData, time::Duration};

use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use serde::de::DeserializeOwned;

use super::{AuthError, Authenticate, Caller};
use keys::Key;

/// Knows callers by a JSON Web Token: `authorization: Bearer <token>`, signed by one of the keys.
///
/// `C` is what the token's claims are read as. A token is refused
///
/// - whose algorithm is not the one of a key: nothing that the token says chooses it, and `none` is never one;
/// - whose `iss` or `aud` is another or missing, whose `exp` is over or missing, whose `nbf` is still to come;
/// - whose header has a `crit`, because nothing in it is understood here (RFC 7515, 4.1.11).
///
/// # Cost
///
/// That of verifying the signature; the key is looked up without a lock.
pub struct Jwt<C> {
    keys: JwtKeys,
    /// What is asked of a token: its list of algorithms is that of its key.
    validation: Validation,
    claims: PhantomData<fn() -> C>,
}

// === impl Jwt ===

impl<C: DeserializeOwned + Clone + Send + Sync + 'static> Jwt<C> {
    /// Tokens of that issuer (`iss`) for that audience (`aud`).
    pub fn new(keys: impl Into<JwtKeys>, issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        keys::install_provider();
        let mut validation = Validation::default();
        validation.iss = Some(HashSet::from([issuer.into()]));
        validation.aud = Some(HashSet::from([audience.into()]));
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.validate_nbf = true;
        validation.leeway = 30;
        Self {
            keys: keys.into(),
            validation,
            claims: PhantomData,
        }
    }

    /// Another issuer that will do, too.
    #[must_use]
    pub fn or_issuer(mut self, issuer: impl Into<String>) -> Self {
        self.validation.iss.get_or_insert_default().insert(issuer.into());
        self
    }

    /// Another audience that will do, too.
    #[must_use]
    pub fn or_audience(mut self, audience: impl Into<String>) -> Self {
        self.validation.aud.get_or_insert_default().insert(audience.into());
        self
    }

    /// By how much the clocks of the issuer and of this server may differ, for `exp` and `nbf`: by default 30 seconds. Whole
    /// seconds count.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.validation.leeway = leeway.as_secs();
        self
    }

    fn claims_of(&self, token: &str, header: &Header, keys: &[Key]) -> Result<C, AuthError> {
        let mut reason = "no key has its id and algorithm".into();
        for key in keys.iter().filter(|key| key.is_of(header)) {
            match decode(token, key.decoding(), &self.validation_by(header.alg)) {
                Ok(token) => return Ok(token.claims),
                Err(error) => reason = error.to_string().into(),
            }
        }
        Err(AuthError::Unauthenticated(reason))
    }

    /// By the algorithm that the key is for, and by no other.
    fn validation_by(&self, algorithm: Algorithm) -> Validation {
        let mut validation = self.validation.clone();
        validation.algorithms = vec![algorithm];
        validation
    }
}

impl<C: DeserializeOwned + Clone + Send + Sync + 'static> Authenticate for Jwt<C> {
    type Claims = C;

    async fn authenticate(&self, caller: &Caller<'_>) -> Result<C, AuthError> {
        let token = caller.credentials("bearer")?;
        let header = decode_header(token);
        let header = header.map_err(|error| AuthError::unauthenticated(error.to_string()))?;
        if header.crit.is_some() {
            return Err(AuthError::unauthenticated("its header has a `crit`"));
        }
        match &self.keys {
            JwtKeys::Fixed(keys) => self.claims_of(token, &header, keys),
            JwtKeys::Jwks(jwks) => {
                let keys = jwks.keys(&header).await?;
                self.claims_of(token, &header, &keys)
            }
        }
    }
}

impl<C> Clone for Jwt<C> {
    fn clone(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            validation: self.validation.clone(),
            claims: PhantomData,
        }
    }
}

impl<C> fmt::Debug for Jwt<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt")
            .field("keys", &self.keys)
            .field("issuers", &self.validation.iss)
            .field("audiences", &self.validation.aud)
            .finish_non_exhaustive()
    }
}
