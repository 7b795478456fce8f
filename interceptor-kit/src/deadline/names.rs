//! Which metadata may be handed on from call to call.

use http::HeaderName;
use interceptor_core::ConfigError;

/// Headers of HTTP and gRPC that speak of one hop: the next one has its own.
const OF_ONE_HOP: [&str; 16] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// The name of metadata that can be handed on.
pub(super) fn parse(text: &str) -> Result<HeaderName, ConfigError> {
    let name = HeaderName::try_from(text);
    let name = name.map_err(|_| refused(text, "it is not the name of a header"))?;
    if OF_ONE_HOP.contains(&name.as_str()) || name.as_str().starts_with("grpc-") {
        return Err(refused(text, "it speaks of one hop, and each has its own"));
    }
    Ok(name)
}

fn refused(text: &str, why: &str) -> ConfigError {
    ConfigError::new(format!("`{text}` cannot be propagated: {why}"))
}
