//! The first part of a token: what it is signed with.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;
use serde::{Deserialize, de::IgnoredAny};

use super::{AuthError, keys::Key};

/// What a token's header says that is of use here. Nothing is believed of it before the signature is verified.
#[derive(Clone, Deserialize)]
pub(super) struct Header {
    pub(super) alg: Algorithm,
    pub(super) kid: Option<String>,
    /// Whatever it is: nothing of it is understood.
    crit: Option<IgnoredAny>,
}

// === impl Header ===

impl Header {
    /// The header of this token. All tokens of a key mostly have the same, byte for byte, so a key knows the one of the
    /// first token that it has verified.
    ///
    /// # Errors
    ///
    /// One that cannot be read, or that wants to be understood.
    pub(super) fn of<'a>(token: &str, keys: &'a [Key]) -> Result<Cow<'a, Self>, AuthError> {
        match keys.iter().find_map(|key| key.known(token)) {
            Some(header) => Ok(Cow::Borrowed(header)),
            None => Self::read(token).map(Cow::Owned),
        }
    }

    fn read(token: &str) -> Result<Self, AuthError> {
        let text = encoded(token).trim_end_matches('.');
        let json = URL_SAFE_NO_PAD.decode(text).ok();
        let header: Option<Self> = json.and_then(|json| serde_json::from_slice(&json).ok());
        match header {
            None => Err(AuthError::unauthenticated("its header cannot be read")),
            Some(Self { crit: Some(_), .. }) => {
                Err(AuthError::unauthenticated("its header has a `crit`"))
            }
            Some(header) => Ok(header),
        }
    }
}

/// The header as it stands in the token, with the dot behind it; nothing if this is no token.
pub(super) fn encoded(token: &str) -> &str {
    token.split_inclusive('.').next().unwrap_or_default()
}
