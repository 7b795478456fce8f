//! The chain that a config makes of itself, for each of its entries.

use std::sync::Arc;

use super::{ready::Ready, size::MessageSizes};
use crate::{
    compose::service_config::{MethodConfig, MethodPolicy, ServiceConfig},
    deadline::Deadline,
    hedge::Hedge,
    policy::{PolicyTable, Throttle},
    retry::Retry,
};

/// The deadline spans all; lengths are judged once, before anything is kept; what a hedge or a retry makes waits for its
/// connection.
pub(super) type Chain = (Deadline, MessageSizes, Option<Hedge>, Retry, Option<Ready>);

/// A config at work. A call keeps the one that it began with.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) config: Arc<ServiceConfig>,
    pub(super) chains: PolicyTable<Chain>,
    /// Of methods without an entry.
    pub(super) other: Chain,
    pub(super) throttle: Option<Throttle>,
}

/// What is the same for all configs.
#[derive(Debug, Clone, Default)]
pub(super) struct Templates {
    pub(super) retry: Retry,
    pub(super) hedge: Hedge,
}

// === impl Snapshot ===

impl Snapshot {
    /// Tokens are those of the config before, scaled to the new numbers, so that a new config is no way around them.
    pub(super) fn new(
        config: ServiceConfig,
        templates: &Templates,
        before: Option<&Throttle>,
    ) -> Self {
        let throttle = config.throttling.map(|numbers| match before {
            Some(before) => before.scaled_to(numbers),
            None => Throttle::new(numbers),
        });
        let chain = |entry: &MethodConfig| templates.chain(entry, throttle.as_ref());
        Self {
            chains: config.methods.map(chain),
            other: chain(&MethodConfig::default()),
            config: Arc::new(config),
            throttle,
        }
    }
}

// === impl Templates ===

impl Templates {
    fn chain(&self, entry: &MethodConfig, throttle: Option<&Throttle>) -> Chain {
        let mut deadline = Deadline::new().inherits(false);
        if let Some(timeout) = entry.timeout {
            deadline = deadline.max(timeout);
        }
        let sizes = MessageSizes {
            max_request: entry.max_request_message_bytes,
            max_response: entry.max_response_message_bytes,
        };
        let retry = self.retry.clone().throttled_by(throttle.cloned());
        let hedge = self.hedge.clone().throttled_by(throttle.cloned());
        let hedge = match &entry.policy {
            MethodPolicy::Hedging(policy) => {
                let table = PolicyTable::new().all(Arc::clone(policy));
                Some(hedge.policies(table))
            }
            _ => None,
        };
        let retry = match &entry.policy {
            MethodPolicy::Retry(policy) => {
                retry.policies(PolicyTable::new().all(Arc::clone(policy)))
            }
            _ => retry.policies(PolicyTable::new()),
        };
        let ready = Ready::new(entry.wait_for_ready.unwrap_or(false));
        (deadline, sizes, hedge, retry, ready)
    }
}
