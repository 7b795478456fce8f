use std::sync::Arc;

use super::{HedgingPolicy, RetryPolicy};

/// What one call does in the place of what its method's policy says: a value in the request's extensions.
///
/// ```
/// use interceptor_core::tonic::Request;
/// use interceptor_kit::policy::CallPolicy;
///
/// let mut request = Request::new("once only");
/// request.extensions_mut().insert(CallPolicy::Never);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum CallPolicy {
    /// No policy: transparent retries only.
    TransparentOnly,
    /// One attempt, whatever happens, and nothing of the request is kept.
    Never,
    /// This retry policy. It does nothing where there is no `Retry` in the chain; a `Hedge` lets the call pass.
    Retry(Arc<RetryPolicy>),
    /// This hedging policy. It does nothing where there is no `Hedge` in the chain; a `Retry` lets the call pass.
    Hedging(Arc<HedgingPolicy>),
}

// === impl CallPolicy ===

impl From<RetryPolicy> for CallPolicy {
    fn from(policy: RetryPolicy) -> Self {
        Self::Retry(Arc::new(policy))
    }
}

impl From<HedgingPolicy> for CallPolicy {
    fn from(policy: HedgingPolicy) -> Self {
        Self::Hedging(Arc::new(policy))
    }
}
