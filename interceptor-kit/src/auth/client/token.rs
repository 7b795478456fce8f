use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::HeaderValue;
use interceptor_core::tonic::Status;

/// A bearer token, and until when it is good.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    value: HeaderValue,
    expires_at: Option<SystemTime>,
}

// === impl Token ===

impl Token {
    /// A token that is good until the server says otherwise.
    ///
    /// # Errors
    ///
    /// UNAUTHENTICATED for a text that is empty or has other characters than visible ASCII.
    pub fn new(token: &str) -> Result<Self, Status> {
        let is_token = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        let value = HeaderValue::try_from(format!("Bearer {token}"));
        let Some(mut value) = value.ok().filter(|_| is_token) else {
            return Err(Status::unauthenticated("this is not a bearer token"));
        };
        value.set_sensitive(true);
        Ok(Self {
            value,
            expires_at: None,
        })
    }

    /// A JSON Web Token, good until its `exp`. Its signature is the server's matter.
    ///
    /// # Errors
    ///
    /// UNAUTHENTICATED for a text whose `exp` cannot be read (gRFC A97).
    pub fn jwt(token: &str) -> Result<Self, Status> {
        let expires_at = exp(token);
        let expires_at = expires_at
            .ok_or_else(|| Status::unauthenticated("the `exp` of this token cannot be read"))?;
        Ok(Self::new(token)?.expires_at(expires_at))
    }

    /// When it is over.
    #[must_use]
    pub fn expires_at(mut self, at: SystemTime) -> Self {
        self.expires_at = Some(at);
        self
    }

    /// In what time it is over, from now on: `expires_in` of OAuth 2.
    #[must_use]
    pub fn expires_in(self, time: Duration) -> Self {
        match SystemTime::now().checked_add(time) {
            Some(at) => self.expires_at(at),
            None => self,
        }
    }

    pub(super) fn value(&self) -> HeaderValue {
        self.value.clone()
    }

    /// How much is left of it.
    pub(super) fn left(&self) -> Option<Duration> {
        let at = self.expires_at?;
        Some(at.duration_since(SystemTime::now()).unwrap_or_default())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// The `exp` of a JSON Web Token: a number of seconds, as JSON writes one.
fn exp(token: &str) -> Option<SystemTime> {
    let payload = token.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let payload: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    let seconds = Duration::try_from_secs_f64(payload.get("exp")?.as_f64()?).ok()?;
    UNIX_EPOCH.checked_add(seconds)
}
