//! Which metadata may be set, and with what.

use http::{HeaderName, HeaderValue};
use interceptor_core::{
    ConfigError,
    tonic::metadata::{Binary, MetadataValue},
};

use crate::policy::is_of_one_hop;

/// The name of metadata of either form.
pub(super) fn any(text: &str) -> Result<HeaderName, ConfigError> {
    let name = HeaderName::try_from(text);
    let name = name.map_err(|_| refused(text, "it is not the name of a header"))?;
    if is_of_one_hop(&name) {
        return Err(refused(text, "gRPC and HTTP/2 set it themselves"));
    }
    Ok(name)
}

/// A name and its text.
pub(super) fn ascii(name: &str, text: &str) -> Result<(HeaderName, HeaderValue), ConfigError> {
    let is_ascii = text.bytes().all(|byte| (b' '..=b'~').contains(&byte)); // HTTP would take more
    let value = HeaderValue::try_from(text).ok().filter(|_| is_ascii);
    let value = value.ok_or_else(|| refused(name, "its value is not visible ASCII"))?;
    if is_binary(name) {
        return Err(refused(
            name,
            "the value of a name in `-bin` is binary: use the form with `_bin`",
        ));
    }
    Ok((any(name)?, value))
}

/// A name and its bytes.
pub(super) fn binary(name: &str, bytes: &[u8]) -> Result<(HeaderName, HeaderValue), ConfigError> {
    if !is_binary(name) {
        return Err(refused(name, "the name of binary metadata ends in `-bin`"));
    }
    let encoded = MetadataValue::<Binary>::from_bytes(bytes);
    let value = HeaderValue::from_bytes(encoded.as_encoded_bytes());
    let value = value.map_err(|_| refused(name, "its value cannot be sent"))?;
    Ok((any(name)?, value))
}

/// Whether the name is one of binary metadata, however it is written.
pub(super) fn is_binary(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("-bin")
}

fn refused(name: &str, why: &str) -> ConfigError {
    ConfigError::new(format!("metadata `{name}`: {why}"))
}
