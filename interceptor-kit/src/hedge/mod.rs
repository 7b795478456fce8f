//! Sends a call several times side by side, and takes the first answer (gRFC A6, "hedging"): for few slow calls at the price
//! of some more.
//!
//! Hedges begin one after the other, a delay apart, until one of them is answered. The others are cancelled then, on the wire
//! too. A method is hedged only if it is asked for by name, or says in its `.proto` file that it may run twice
//! ([`idempotent`](Hedge::idempotent)): several servers may do what was asked for.
//!
//! # Example
//!
//! ```
//! # use std::time::Duration;
//! # use interceptor_core::tonic::Code;
//! # use interceptor_kit::{hedge::Hedge, policy::HedgingPolicy};
//! # use interceptor_test::{Harness, Peer};
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), interceptor_core::ConfigError> {
//! let policy = HedgingPolicy::new(3)?.delay(Duration::from_millis(50)).non_fatal([Code::Unavailable])?;
//! let hedge = Hedge::new().policy("/interceptor.test.Test/UnaryUnary", policy)?;
//!
//! // The first attempt is never answered.
//! let peer = Peer::sequence([Peer::hang(), Peer::echo()]);
//! let outcome = Harness::unary_unary(hedge).peer(peer).call().await;
//! assert_eq!(outcome.code(), Code::Ok);
//! assert_eq!(outcome.elapsed(), Duration::from_millis(50));
//! assert!(outcome.attempts()[0].is_dropped());
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! All four call types, on both sides. The request is made once: each message goes to all hedges under way, and one that
//! begins later gets first what there was before. What decides a call:
//!
//! | of any hedge | the call |
//! |---|---|
//! | response headers | goes on with it; the others are cancelled |
//! | a fatal status | ends with it; the others are cancelled |
//! | a status that the policy calls non-fatal | goes on; the next hedge begins at once, and later ones a delay after it |
//! | the same, with pushback of n ms | goes on; the next hedge begins n ms later |
//! | the same, with a pushback that says to stop | goes on with the hedges under way, and no others |
//! | the last of them non-fatal | ends with the status that came last |
//! | never sent; or, once in a call, refused | goes on; the hedge is sent again, and keeps its number |
//!
//! When more of the request was sent than is kept, the hedge that was sent most goes on alone.
//!
//! One call's policy is changed by a [`CallPolicy`] in its extensions. Calls without a policy pass untouched.
//!
//! # Order
//!
//! As that of `retry`: outside of it is the call, inside of it each hedge, with a [`RetryAttempt`] in its extensions. All hedges
//! are futures of one task, so an inner interceptor that blocks its thread blocks them all.
//!
//! A `Retry` goes inside, and lets hedges pass: each of them has [`CallPolicy::Never`] in its extensions.
//!
//! # Errors
//!
//! - The status of a hedge, as above. On a client the code of an error on the way becomes the specification's
//!   ([`by_origin`](crate::policy::by_origin)).
//! - `DEADLINE_EXCEEDED` when the call's deadline passes before it is decided.
//!
//! # Cancellation
//!
//! When the caller goes away, all hedges are cancelled, and no other begins.
//!
//! # Cost
//!
//! A call without a policy: a search for it. Otherwise some allocations for each hedge, and a timer. What is kept is
//! references to frames.
//!
//! # Differences
//!
//! The guide has a table of where implementations differ. What grpc-java does not: a non-fatal status brings the next hedge
//! forward, and a pushback is waited for.

mod plan;
mod race;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use interceptor_core::{Call, CallType, ConfigError, Next, ReplayBudget, Reply, tonic::Status};

#[cfg(doc)]
use crate::policy::RetryAttempt;
use crate::policy::{
    CallPolicy, HedgingPolicy, MAX_ATTEMPTS_CAP, MAX_BUFFERED_BYTES, MAX_TOTAL_BUFFERED_BYTES,
    PolicyTable, Throttle, intercept_all, order, strip,
};

/// Sends a call several times side by side: see the [module](self).
///
/// Clones share the throttle and the budget of what is kept.
#[derive(Debug, Clone)]
pub struct Hedge {
    policies: PolicyTable<HedgingPolicy>,
    throttle: Option<Throttle>,
    max_attempts_cap: u32,
    max_buffered_bytes: usize,
    budget: ReplayBudget,
}

// === impl Hedge ===

impl Hedge {
    /// Hedges nothing, until a method has a policy.
    #[must_use]
    pub fn new() -> Self {
        Self::with(PolicyTable::new())
    }

    /// The same with these policies.
    #[must_use]
    pub fn with(policies: PolicyTable<HedgingPolicy>) -> Self {
        Self {
            policies,
            throttle: None,
            max_attempts_cap: MAX_ATTEMPTS_CAP,
            max_buffered_bytes: MAX_BUFFERED_BYTES,
            budget: ReplayBudget::new(MAX_TOTAL_BUFFERED_BYTES),
        }
    }

    /// These policies in the place of those there are.
    #[must_use]
    pub fn policies(mut self, policies: PolicyTable<HedgingPolicy>) -> Self {
        self.policies = policies;
        self
    }

    /// The policy of a method, `/package.Service/Method`, or of all methods of a service, `/package.Service/*`; by default
    /// there is none. It says that they may run more than once, also at once.
    ///
    /// # Errors
    ///
    /// A pattern of another form; one that has an entry already. One that matches no method of the layer's table is an error
    /// when the layer is made.
    pub fn policy(mut self, pattern: &str, policy: HedgingPolicy) -> Result<Self, ConfigError> {
        self.policies = self.policies.policy(pattern, policy)?;
        Ok(self)
    }

    /// No policy for these methods, whatever a less specific one says.
    ///
    /// # Errors
    ///
    /// As [`policy`](Self::policy).
    pub fn no_policy(mut self, pattern: &str) -> Result<Self, ConfigError> {
        self.policies = self.policies.no_policy(pattern)?;
        Ok(self)
    }

    /// The policy of methods that say by `idempotency_level` that they may run twice (`NO_SIDE_EFFECTS`, `IDEMPOTENT`), by
    /// default none.
    #[must_use]
    pub fn idempotent(mut self, policy: HedgingPolicy) -> Self {
        self.policies = self.policies.idempotent(policy);
        self
    }

    /// The tokens that hedges need; by default they need none. Give the same one to the `Retry` for the same server.
    #[must_use]
    pub fn throttle(mut self, throttle: Throttle) -> Self {
        self.throttle = Some(throttle);
        self
    }

    /// The same, or no tokens at all.
    #[cfg(feature = "service-config")]
    pub(crate) fn throttled_by(self, throttle: Option<Throttle>) -> Self {
        Self { throttle, ..self }
    }

    /// How many hedges a call has at most, whatever its policy says, by default 5. Less than 2 is the default.
    #[must_use]
    pub fn max_attempts_cap(mut self, attempts: u32) -> Self {
        self.max_attempts_cap = if attempts < 2 {
            MAX_ATTEMPTS_CAP
        } else {
            attempts
        };
        self
    }

    /// How many bytes of one call's request are kept, messages with their prefixes of five bytes; by default 262,144 (256 KiB).
    #[must_use]
    pub fn max_buffered_bytes(mut self, bytes: usize) -> Self {
        self.max_buffered_bytes = bytes;
        self
    }

    /// How many bytes of all calls' requests are kept, by default 16,777,216 (16 MiB).
    #[must_use]
    pub fn max_total_buffered_bytes(mut self, bytes: usize) -> Self {
        self.budget = ReplayBudget::new(bytes);
        self
    }

    /// How many bytes of all calls' requests are kept at this moment.
    #[must_use]
    pub fn buffered_bytes(&self) -> usize {
        self.budget.held_bytes()
    }

    /// For `explain`.
    pub(crate) fn kept(&self) -> String {
        let (call, all) = (self.max_buffered_bytes, self.budget.max_bytes());
        format!("the request, up to {call} bytes, and {all} bytes of all calls")
    }

    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let Some(policy) = self.policy_of(&call) else {
            return next.run(call).await;
        };
        strip(&mut call);
        // what stands inside makes no attempts of its own: they would be of no hedge, and take tokens twice
        call.extensions_mut().insert(CallPolicy::Never);
        let result = Box::pin(self.race(&policy, call, next)).await;
        match (&self.throttle, result) {
            (Some(throttle), Ok(reply)) => Ok(throttle.watch(reply)),
            (_, result) => result,
        }
    }

    #[inline]
    fn policy_of<T: CallType>(&self, call: &Call<T>) -> Option<Arc<HedgingPolicy>> {
        match call.extensions().get::<CallPolicy>() {
            None => self.policies.get(call.method()).cloned(),
            Some(CallPolicy::Hedging(policy)) => Some(Arc::clone(policy)),
            Some(CallPolicy::TransparentOnly | CallPolicy::Never | CallPolicy::Retry(_)) => None,
        }
    }
}

impl Default for Hedge {
    fn default() -> Self {
        Self::new()
    }
}

intercept_all!(
    Hedge,
    order = [.role(order::HEDGING).outside(&[order::RETRYING])],
    buffers = Hedge::kept
);

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Hedge>();
};
