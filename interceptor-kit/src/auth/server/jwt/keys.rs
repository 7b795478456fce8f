use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use interceptor_core::ConfigError;
use jsonwebtoken::{
    Algorithm, AlgorithmFamily, DecodingKey,
    crypto::rust_crypto,
    jwk::{AlgorithmParameters, Jwk, JwkSet, KeyOperations, PublicKeyUse},
};

use super::{
    Jwks,
    header::{Header, encoded},
};

/// The keys that tokens are signed with.
#[derive(Clone)]
pub enum JwtKeys {
    #[doc(hidden)]
    Fixed(Arc<[Key]>),
    #[doc(hidden)]
    Jwks(Jwks),
}

/// A key, and what it may verify.
#[derive(Clone)]
pub struct Key {
    id: Option<String>,
    algorithms: Vec<Algorithm>,
    decoding: DecodingKey,
    /// The header of the first token that it verified, as it stood there, and as it was read. So nobody without the key
    /// chooses what is kept.
    seen: OnceLock<(Box<str>, Header)>,
}

// === impl JwtKeys ===

impl JwtKeys {
    /// A public key, as `-----BEGIN PUBLIC KEY-----`, for this algorithm and no other.
    ///
    /// # Errors
    ///
    /// A text that is no such key, or an algorithm of secrets (`HS256` and the like).
    pub fn pem(algorithm: Algorithm, pem: &str) -> Result<Self, ConfigError> {
        install_provider();
        let key = match algorithm.family() {
            AlgorithmFamily::Rsa => DecodingKey::from_rsa_pem(pem.as_bytes()),
            AlgorithmFamily::Ec => DecodingKey::from_ec_pem(pem.as_bytes()),
            AlgorithmFamily::Ed => DecodingKey::from_ed_pem(pem.as_bytes()),
            AlgorithmFamily::Hmac => {
                return Err(ConfigError::new(format!(
                    "{algorithm:?} has a secret, which is no PEM: use `JwtKeys::secret`"
                )));
            }
        };
        let key = key.map_err(|error| {
            ConfigError::new(format!(
                "this is not the PEM of a key for {algorithm:?}: {error}"
            ))
        })?;
        Ok(Self::one(algorithm, key))
    }

    /// A secret that the issuer has, too, for this algorithm and no other.
    ///
    /// # Errors
    ///
    /// A secret that is shorter than the algorithm's hash (RFC 7518, 3.2), or an algorithm of key pairs.
    pub fn secret(algorithm: Algorithm, secret: &[u8]) -> Result<Self, ConfigError> {
        let bytes = match algorithm {
            Algorithm::HS256 => 32,
            Algorithm::HS384 => 48,
            Algorithm::HS512 => 64,
            _ => {
                return Err(ConfigError::new(format!(
                    "{algorithm:?} has a public key and no secret: use `JwtKeys::pem`"
                )));
            }
        };
        if secret.len() < bytes {
            return Err(ConfigError::new(format!(
                "a secret for {algorithm:?} has at least {bytes} bytes"
            )));
        }
        Ok(Self::one(algorithm, DecodingKey::from_secret(secret)))
    }

    /// Several keys, for the time in which one follows another. Keys of a JWKS stand alone.
    ///
    /// # Errors
    ///
    /// One of them is a JWKS.
    pub fn or(self, other: Self) -> Result<Self, ConfigError> {
        match (self, other) {
            (Self::Fixed(first), Self::Fixed(second)) => {
                Ok(Self::Fixed(first.iter().chain(&*second).cloned().collect()))
            }
            _ => Err(ConfigError::new(
                "a JWKS stands alone: it has several keys itself",
            )),
        }
    }

    /// Those of all of them.
    pub(super) fn algorithms(&self) -> Vec<Algorithm> {
        match self {
            Self::Fixed(keys) => keys.iter().flat_map(|key| key.algorithms.clone()).collect(),
            Self::Jwks(jwks) => jwks.algorithms().to_vec(),
        }
    }

    fn one(algorithm: Algorithm, decoding: DecodingKey) -> Self {
        Self::Fixed(Arc::new([Key {
            id: None,
            algorithms: vec![algorithm],
            decoding,
            seen: OnceLock::new(),
        }]))
    }
}

impl From<Jwks> for JwtKeys {
    fn from(jwks: Jwks) -> Self {
        Self::Jwks(jwks)
    }
}

impl fmt::Debug for JwtKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(keys) => write!(f, "JwtKeys({})", keys.len()),
            Self::Jwks(jwks) => jwks.fmt(f),
        }
    }
}

// === impl Key ===

impl Key {
    /// Whether it may have signed a token with that header. Who names no key may mean any.
    pub(super) fn is_of(&self, header: &Header) -> bool {
        let is_named = match (&self.id, &header.kid) {
            (Some(id), Some(kid)) => id == kid,
            _ => true,
        };
        is_named && self.algorithms.contains(&header.alg)
    }

    /// What this token's header says, if a token with the same was verified by this key.
    pub(super) fn known(&self, token: &str) -> Option<&Header> {
        let (seen, header) = self.seen.get()?;
        token.starts_with(&**seen).then_some(header)
    }

    /// To be called with a token that it has verified, and with its header.
    pub(super) fn remember(&self, token: &str, header: &Header) {
        self.seen
            .get_or_init(|| (encoded(token).into(), header.clone()));
    }

    pub(super) fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    /// A key of a set. None if it is not for signatures of these algorithms; a secret never is, because a set is public.
    fn of(jwk: &Jwk, pinned: &[Algorithm]) -> Option<Self> {
        let common = &jwk.common;
        let signs = matches!(common.public_key_use, None | Some(PublicKeyUse::Signature));
        let verifies = common
            .key_operations
            .as_ref()
            .is_none_or(|operations| operations.contains(&KeyOperations::Verify));
        if !signs || !verifies || matches!(jwk.algorithm, AlgorithmParameters::OctetKey(_)) {
            return None;
        }
        let decoding = DecodingKey::from_jwk(jwk).ok()?;
        let may = |algorithm: &&Algorithm| {
            let named = common.key_algorithm.map(|named| named.to_string());
            algorithm.family() == decoding.family()
                && named.is_none_or(|named| named == format!("{algorithm:?}"))
        };
        let algorithms: Vec<Algorithm> = pinned.iter().filter(may).copied().collect();
        let id = common.key_id.clone();
        (!algorithms.is_empty()).then_some(Self {
            id,
            algorithms,
            decoding,
            seen: OnceLock::new(),
        })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

/// The keys of a set that are of use. Others are passed over.
///
/// # Errors
///
/// A text that is no set, or a set without any.
pub(super) fn parse(text: &str, pinned: &[Algorithm]) -> Result<Arc<[Key]>, String> {
    let set: JwkSet = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let keys: Arc<[Key]> = set
        .keys
        .iter()
        .filter_map(|jwk| Key::of(jwk, pinned))
        .collect();
    if keys.is_empty() {
        return Err(format!(
            "none of its {} keys is for {pinned:?}",
            set.keys.len()
        ));
    }
    Ok(keys)
}

/// jsonwebtoken panics when another crate of the program has switched on its other provider, too, and nobody has chosen.
pub(super) fn install_provider() {
    let _ = rust_crypto::DEFAULT_PROVIDER.install_default(); // or the program has chosen
}
