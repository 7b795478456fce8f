use std::fmt;

use http::HeaderValue;

use super::scope;

/// How long an id may be that comes from elsewhere.
const MAX_LEN: usize = 128;

/// The id of a call: visible ASCII, 1 to 128 characters.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RequestId(HeaderValue);

// === impl RequestId ===

impl RequestId {
    /// The id of the call that is being served here, if this code runs for one: in the handler's task, and in the stream that
    /// it returned.
    #[must_use]
    pub fn current() -> Option<Self> {
        scope::current()
    }

    /// The id as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default() // it was looked at when it was made
    }

    /// None for what could not be written into a log as it is.
    pub(super) fn of(value: &HeaderValue) -> Option<Self> {
        let bytes = value.as_bytes();
        let is_short = (1..=MAX_LEN).contains(&bytes.len());
        (is_short && bytes.iter().all(u8::is_ascii_graphic)).then(|| Self(value.clone()))
    }

    /// A new one.
    pub(super) fn made() -> Self {
        let mut buffer = uuid::Uuid::encode_buffer();
        let text = uuid::Uuid::now_v7().hyphenated().encode_lower(&mut buffer);
        Self(HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static("none")))
    }

    pub(super) fn value(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RequestId").field(&self.as_str()).finish()
    }
}
