use std::{error::Error, fmt};

/// What is wrong with a service config, and where.
///
/// ```
/// use interceptor_kit::compose::service_config::ServiceConfig;
///
/// let error = ServiceConfig::from_json(r#"{"methodConfig": [{"timeout": "5m"}]}"#).unwrap_err();
/// assert_eq!(error.path(), "methodConfig[0].timeout");
/// assert!(error.to_string().starts_with("methodConfig[0].timeout: "));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceConfigError {
    path: String,
    message: String,
}

// === impl ServiceConfigError ===

impl ServiceConfigError {
    pub(super) fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        let (path, message) = (path.into(), message.into());
        Self { path, message }
    }

    /// Where in the JSON it is, such as `methodConfig[2].retryPolicy.maxBackoff`; empty for the whole of it.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl fmt::Display for ServiceConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "{path}: {}", self.message),
        }
    }
}

impl Error for ServiceConfigError {}
