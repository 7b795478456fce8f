//! Tokens that say themselves whose they are, signed.

mod header;
#[cfg(feature = "auth-jwks")]
mod http;
mod jwks;
mod keys;

#[cfg(feature = "auth-jwks")]
pub use http::HttpJwks;
pub use jwks::{Jwks, JwksSource};
pub use keys::JwtKeys;

use std::{fmt, marker::PhantomData, time::Duration};

use jsonwebtoken::{Algorithm, Validation, decode};
use serde::de::DeserializeOwned;

use super::{AuthError, Authenticate, Caller};
use header::Header;
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
/// That of verifying the signature. The key is looked up without a lock, and the header that a key's tokens have is read
/// once. Tokens are not kept: each one is verified for each call.
pub struct Jwt<C> {
    keys: JwtKeys,
    /// What is asked of a token, for each algorithm of the keys: by that one, and by no other.
    validations: Vec<Validation>,
    claims: PhantomData<fn() -> C>,
}

// === impl Jwt ===

impl<C: DeserializeOwned + Clone + Send + Sync + 'static> Jwt<C> {
    /// Tokens of that issuer (`iss`) for that audience (`aud`).
    pub fn new(
        keys: impl Into<JwtKeys>,
        issuer: impl Into<String>,
        audience: impl Into<String>,
    ) -> Self {
        keys::install_provider();
        let (keys, issuer, audience) = (keys.into(), issuer.into(), audience.into());
        let algorithms = keys.algorithms().into_iter();
        let validations = algorithms.map(|algorithm| validation(algorithm, &issuer, &audience));
        Self {
            validations: validations.collect(),
            keys,
            claims: PhantomData,
        }
    }

    /// Another issuer that will do, too.
    #[must_use]
    pub fn or_issuer(self, issuer: impl Into<String>) -> Self {
        let issuer = issuer.into();
        self.each(|it| {
            it.iss.get_or_insert_default().insert(issuer.clone());
        })
    }

    /// Another audience that will do, too.
    #[must_use]
    pub fn or_audience(self, audience: impl Into<String>) -> Self {
        let audience = audience.into();
        self.each(|it| {
            it.aud.get_or_insert_default().insert(audience.clone());
        })
    }

    /// By how much the clocks of the issuer and of this server may differ, for `exp` and `nbf`: by default 30 seconds. Whole
    /// seconds count.
    #[must_use]
    pub fn leeway(self, leeway: Duration) -> Self {
        self.each(|it| it.leeway = leeway.as_secs())
    }

    fn each(mut self, change: impl FnMut(&mut Validation)) -> Self {
        self.validations.iter_mut().for_each(change);
        self
    }

    fn claims_of(&self, token: &str, header: &Header, keys: &[Key]) -> Result<C, AuthError> {
        let mut reason = "no key has its id and algorithm".into();
        let validation = self
            .validations
            .iter()
            .find(|it| it.algorithms == [header.alg]);
        for key in keys.iter().filter(|key| key.is_of(header)) {
            match validation.map(|validation| decode(token, key.decoding(), validation)) {
                Some(Ok(verified)) => {
                    key.remember(token, header);
                    return Ok(verified.claims);
                }
                Some(Err(error)) => reason = error.to_string().into(),
                None => {}
            }
        }
        Err(AuthError::Unauthenticated(reason))
    }
}

/// What is asked of a token that is signed so.
fn validation(algorithm: Algorithm, issuer: &str, audience: &str) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.validate_nbf = true;
    validation.leeway = 30;
    validation
}

impl<C: DeserializeOwned + Clone + Send + Sync + 'static> Authenticate for Jwt<C> {
    type Claims = C;

    async fn authenticate(&self, caller: &Caller<'_>) -> Result<C, AuthError> {
        let token = caller.credentials("bearer")?;
        match &self.keys {
            JwtKeys::Fixed(keys) => self.claims_of(token, &*Header::of(token, keys)?, keys),
            JwtKeys::Jwks(jwks) => {
                let in_hand = jwks.in_hand();
                let keys = in_hand.as_ref().map_or(&[][..], |loaded| &loaded.keys);
                let header = Header::of(token, keys)?;
                let loaded = jwks.keys_for(&header, in_hand.clone()).await?;
                self.claims_of(token, &header, &loaded.keys)
            }
        }
    }
}

impl<C> Clone for Jwt<C> {
    fn clone(&self) -> Self {
        Self {
            keys: self.keys.clone(),
            validations: self.validations.clone(),
            claims: PhantomData,
        }
    }
}

impl<C> fmt::Debug for Jwt<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwt")
            .field("keys", &self.keys)
            .field("validations", &self.validations)
            .finish_non_exhaustive()
    }
}
