//! Which metadata a log may have: those that were named, and never those that open a door.

use std::fmt::Write as _;

use interceptor_core::{ConfigError, tonic::metadata::MetadataMap};

/// How much of all values there is of one call.
const MOST: usize = 1024;

/// What is in a name that may hold a credential.
const CREDENTIALS: [&str; 12] = [
    "api-key",
    "apikey",
    "assertion",
    "auth",
    "cookie",
    "credential",
    "jwt",
    "passw",
    "secret",
    "session",
    "signature",
    "token",
];

/// Checks a name that somebody wants in the log.
pub(super) fn checked(name: &str) -> Result<Box<str>, ConfigError> {
    let lower = name.to_ascii_lowercase();
    let refused = |why: &str| {
        let text = format!("metadata `{name}` cannot be logged: {why}");
        Err(ConfigError::new(text))
    };
    if lower.ends_with("-bin") {
        return refused("it is binary, and nobody knows what is in it");
    }
    if CREDENTIALS.iter().any(|word| lower.contains(word)) {
        return refused("by its name it may be a credential");
    }
    if !is_name(&lower) {
        return refused("it is not the name of a header");
    }
    Ok(lower.into())
}

fn is_name(name: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    !name.is_empty() && name.bytes().all(fits)
}

/// `name=value, name=value`; none if there are none.
pub(super) fn of(allowed: &[Box<str>], metadata: &MetadataMap) -> Option<String> {
    let mut text = String::new();
    for name in allowed {
        for value in metadata.get_all(&**name) {
            let separator = if text.is_empty() { "" } else { ", " };
            let value = String::from_utf8_lossy(value.as_encoded_bytes());
            let _ = write!(text, "{separator}{name}={}", value.escape_debug());
        }
    }
    super::bound::cut(&mut text, MOST);
    (!text.is_empty()).then_some(text)
}
