use std::{str::FromStr, sync::Arc, time::Duration};

use interceptor_core::Method;

use super::{ServiceConfigError, parse};
use crate::policy::{HedgingPolicy, PolicyTable, RetryPolicy, RetryThrottling};

/// What a service says of how it wants to be called: the JSON of `service_config.proto`, checked.
///
/// An entry of `methodConfig` counts whole, and the most specific one counts: that of the method, else that of its service,
/// else the default, whose name is empty. See the [module](super) for what each field does.
///
/// Fields that are not known here are ignored, so that a config may be newer; a mistake in any that is known makes all of it
/// invalid.
///
/// ```
/// use std::time::Duration;
///
/// use interceptor_core::{CallKind, Methods};
/// use interceptor_kit::compose::service_config::ServiceConfig;
///
/// let config = ServiceConfig::from_json(r#"{
///     "methodConfig": [
///         { "name": [{ "service": "shop.v1.Orders" }], "timeout": "1.5s" },
///         { "name": [{}], "timeout": "10s" }
///     ]
/// }"#)?;
/// let methods = Methods::builder().method("/shop.v1.Orders/Create", CallKind::UnaryUnary).build()?;
/// let create = config.method(methods.get("/shop.v1.Orders/Create").unwrap()).unwrap();
/// assert_eq!(create.timeout(), Some(Duration::from_millis(1_500)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ServiceConfig {
    pub(super) methods: PolicyTable<MethodConfig>,
    pub(super) throttling: Option<RetryThrottling>,
}

/// What is said of some methods: an entry of `methodConfig`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MethodConfig {
    pub(super) timeout: Option<Duration>,
    pub(super) wait_for_ready: Option<bool>,
    pub(super) max_request_message_bytes: Option<usize>,
    pub(super) max_response_message_bytes: Option<usize>,
    pub(super) policy: MethodPolicy,
}

/// What becomes of a call that fails: `retryPolicy` or `hedgingPolicy`, which exclude each other.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum MethodPolicy {
    /// Transparent retries only.
    #[default]
    None,
    /// It is made again.
    Retry(Arc<RetryPolicy>),
    /// It is made several times side by side.
    Hedging(Arc<HedgingPolicy>),
}

// === impl ServiceConfig ===

impl ServiceConfig {
    /// Reads the JSON. `{}` is a valid config, which says nothing.
    ///
    /// # Errors
    ///
    /// The first mistake, with its path.
    pub fn from_json(json: &str) -> Result<Self, ServiceConfigError> {
        parse::config(json)
    }

    /// The entry of that method, if it has one.
    #[must_use]
    pub fn method(&self, method: &Method) -> Option<&MethodConfig> {
        self.methods.get(method).map(|entry| &**entry)
    }

    /// The numbers of the tokens that retries and hedges need.
    #[must_use]
    pub fn retry_throttling(&self) -> Option<RetryThrottling> {
        self.throttling
    }
}

impl FromStr for ServiceConfig {
    type Err = ServiceConfigError;

    fn from_str(json: &str) -> Result<Self, ServiceConfigError> {
        Self::from_json(json)
    }
}

// === impl MethodConfig ===

impl MethodConfig {
    /// The most time that a call gets.
    #[must_use]
    pub fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Whether a call waits for a connection, and does not fail for want of one.
    #[must_use]
    pub fn wait_for_ready(&self) -> Option<bool> {
        self.wait_for_ready
    }

    /// What a request message may have at most, in bytes on the wire without its prefix.
    #[must_use]
    pub fn max_request_message_bytes(&self) -> Option<usize> {
        self.max_request_message_bytes
    }

    /// What a response message may have at most, in bytes on the wire without its prefix.
    #[must_use]
    pub fn max_response_message_bytes(&self) -> Option<usize> {
        self.max_response_message_bytes
    }

    /// What becomes of a call that fails.
    #[must_use]
    pub fn policy(&self) -> &MethodPolicy {
        &self.policy
    }
}
