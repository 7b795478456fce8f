//! Which metadata may be handed on from call to call.

use http::{HeaderName, header::USER_AGENT};
use interceptor_core::ConfigError;

use crate::policy::is_of_one_hop;

/// The name of metadata that can be handed on.
pub(super) fn parse(text: &str) -> Result<HeaderName, ConfigError> {
    let name = HeaderName::try_from(text);
    let name = name.map_err(|_| refused(text, "it is not the name of a header"))?;
    if is_of_one_hop(&name) || name == USER_AGENT {
        return Err(refused(text, "it speaks of one hop, and each has its own"));
    }
    Ok(name)
}

fn refused(text: &str, why: &str) -> ConfigError {
    ConfigError::new(format!("`{text}` cannot be propagated: {why}"))
}
