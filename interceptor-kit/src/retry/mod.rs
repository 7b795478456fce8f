//! Makes a call again as gRPC says it (gRFC A6): by a policy for each method, with jitter, throttling and pushback.
//!
//! Without a policy it makes *transparent* retries only: of what never left this program, without limit; of what the server
//! says that no handler saw, once. A policy says after which codes a call is made again, how often, and how long to wait.
//!
//! Policies are for methods that may run twice. [`idempotent`](Retry::idempotent) is for all that say so in their `.proto`
//! file; others opt in by name.
//!
//! # Example
//!
//! ```
//! # use std::time::Duration;
//! # use interceptor_core::tonic::Code;
//! # use interceptor_kit::{policy::{Backoff, Jitter, RetryPolicy, RetryThrottling, Throttle}, retry::Retry};
//! # use interceptor_test::{Harness, Peer};
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), interceptor_core::ConfigError> {
//! let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(1), 2.0)?;
//! let policy = RetryPolicy::new(4, backoff, [Code::Unavailable])?;
//! let retry = Retry::new()
//!     .policy("/interceptor.test.Test/UnaryUnary", policy)?
//!     .throttle(Throttle::new(RetryThrottling::new(10.0, 0.1)?))
//!     .jitter(Jitter::off()); // for a test
//!
//! let harness = Harness::unary_unary(retry).peer(Peer::fail_times(2, Code::Unavailable));
//! let outcome = harness.call().await;
//! assert_eq!(outcome.code(), Code::Ok);
//! assert_eq!(outcome.elapsed(), Duration::from_millis(100 + 200));
//! assert_eq!(outcome.attempts()[2].header("grpc-previous-rpc-attempts"), Some("2"));
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! | call type | is made again |
//! |---|---|
//! | unary-unary, stream-unary | when its error came instead of a response |
//! | unary-stream, stream-stream | when its error came instead of a response; what a stream ends with later is passed on |
//!
//! So it is on the client and on the server; but on a server there are no transparent retries, because the handler ran,
//! whatever it says of a call of its own. Response headers commit a call: what comes behind them is final. So is:
//!
//! - What this side ended: a deadline, or a status `DEADLINE_EXCEEDED` or CANCELLED that no peer sent. A peer's are retried,
//!   if the policy lists them. On a server the handler is no peer.
//! - The error of a request that failed on this side.
//! - The error of a request of which more was sent than is kept: [`max_buffered_bytes`](Retry::max_buffered_bytes) of one
//!   call, [`max_total_buffered_bytes`](Retry::max_total_buffered_bytes) of all.
//! - An error with `grpc-retry-pushback-ms` that says so ([`Pushback`]), and one for which there are too few tokens
//!   ([`Throttle`]).
//!
//! One call's policy is changed by a [`CallPolicy`] in its extensions.
//!
//! # Order
//!
//! *Outside* of it goes what concerns the call as a whole: metrics, validation, what sets a deadline. *Inside* of it goes
//! what concerns each attempt, such as credentials or a log of attempts: it runs again, starting from the call's own metadata,
//! and finds a [`RetryAttempt`] in the extensions. What an interceptor inside of it answers is judged as if the server had.
//!
//! A `Hedge` of the same chain goes *outside*. The calls that it hedges pass here as they are, whatever policy their method has.
//!
//! # Errors
//!
//! - The status of the last attempt. On a client the code of an error on the way becomes the specification's: a lost
//!   connection is UNAVAILABLE, which is UNKNOWN with tonic ([`by_origin`]).
//! - `DEADLINE_EXCEEDED` when the call's deadline passes before the response's headers (or the whole of a unary response) are
//!   there. It spans all attempts and the waits between them.
//!
//! # Cancellation
//!
//! When the caller goes away, so does the attempt under way, or the waiting; no other attempt begins.
//!
//! # Cost
//!
//! A unary call that needs no retry: one allocation, and what a copy of its head takes, which is none for few headers and for
//! the extension of a generated client; no timer unless it has a deadline, and no search for a policy. A streamed request takes a
//! lock for each frame, and some allocations more. What is kept is references to frames, until no attempt can follow.
//!
//! # Differences
//!
//! The guide has a table of where implementations differ. `RetryOnError` knows no codes of its own, no throttle and no
//! pushback, and retries without being asked by name.

mod attempts;
#[cfg(test)]
mod tests;
mod wait;

use std::{pin::pin, sync::Arc, time::Instant};

use interceptor_core::{
    Call, CallType, ConfigError, Method, Next, Replay, ReplayBudget, Reply, Side, tonic::Status,
};

#[cfg(doc)]
use crate::policy::Pushback;
use crate::policy::{
    AttemptCounts, CallPolicy, Jitter, MAX_ATTEMPTS_CAP, MAX_BUFFERED_BYTES,
    MAX_TOTAL_BUFFERED_BYTES, PolicyTable, RetryAttempt, RetryPolicy, Throttle, by_origin,
    clock::{self, Timer},
    intercept_all, mark, order, strip,
};
use attempts::{Again, Attempts};

/// Makes a call again as gRPC says it: see the [module](self).
///
/// Clones share the throttle, the budget of what is kept, and the sequence of jitter.
#[derive(Debug, Clone)]
pub struct Retry {
    policies: PolicyTable<RetryPolicy>,
    throttle: Option<Throttle>,
    /// No policy is applied, whatever there is.
    transparent_only: bool,
    max_attempts_cap: u32,
    max_buffered_bytes: usize,
    budget: ReplayBudget,
    jitter: Jitter,
}

/// What is known of a call beside its request.
#[derive(Clone, Copy)]
struct Facts {
    side: Side,
    deadline: Option<Instant>,
}

/// What is done with a call.
enum Plan {
    /// It passes as if there were no retries.
    Pass,
    /// It may be made again.
    Watch(By),
}

/// By which policy a call is made again.
enum By {
    /// That of its method, if it has one. It is looked for when an attempt failed: most calls do not ask.
    Method,
    /// This one, or none.
    Call(Option<Arc<RetryPolicy>>),
}

// === impl Retry ===

impl Retry {
    /// Transparent retries only, until a method has a policy.
    #[must_use]
    pub fn new() -> Self {
        Self::with(PolicyTable::new())
    }

    /// The same with these policies.
    #[must_use]
    pub fn with(policies: PolicyTable<RetryPolicy>) -> Self {
        Self {
            policies,
            throttle: None,
            transparent_only: false,
            max_attempts_cap: MAX_ATTEMPTS_CAP,
            max_buffered_bytes: MAX_BUFFERED_BYTES,
            budget: ReplayBudget::new(MAX_TOTAL_BUFFERED_BYTES),
            jitter: Jitter::random(),
        }
    }

    /// These policies in the place of those there are.
    #[must_use]
    pub fn policies(mut self, policies: PolicyTable<RetryPolicy>) -> Self {
        self.policies = policies;
        self
    }

    /// The policy of a method, `/package.Service/Method`, or of all methods of a service, `/package.Service/*`; by default
    /// there is none. It says that they may run more than once.
    ///
    /// # Errors
    ///
    /// A pattern of another form; one that has an entry already. One that matches no method of the layer's table is an error
    /// when the layer is made.
    pub fn policy(mut self, pattern: &str, policy: RetryPolicy) -> Result<Self, ConfigError> {
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
    pub fn idempotent(mut self, policy: RetryPolicy) -> Self {
        self.policies = self.policies.idempotent(policy);
        self
    }

    /// The tokens that retries need; by default they need none. Give the same one to the `Hedge` for the same server.
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

    /// Applies no policy, so that transparent retries are all there are. Policies are checked as before.
    #[must_use]
    pub fn transparent_only(mut self) -> Self {
        self.transparent_only = true;
        self
    }

    /// How many attempts a call makes at most, whatever its policy says, by default 5. Less than 2 is the default.
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
    /// With exactly so many a call can be made again, with one more it is committed to the attempt under way.
    #[must_use]
    pub fn max_buffered_bytes(mut self, bytes: usize) -> Self {
        self.max_buffered_bytes = bytes;
        self
    }

    /// How many bytes of all calls' requests are kept, by default 16,777,216 (16 MiB). A call that finds no room is committed
    /// to the attempt under way; the others are not.
    #[must_use]
    pub fn max_total_buffered_bytes(mut self, bytes: usize) -> Self {
        self.budget = ReplayBudget::new(bytes);
        self
    }

    /// How waits are spread, by default at random: ×U\[0.8, 1.2\].
    #[must_use]
    pub fn jitter(mut self, jitter: Jitter) -> Self {
        self.jitter = jitter;
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
        let by = match self.plan(&call) {
            Plan::Pass => return next.run(call).await,
            Plan::Watch(by) => by,
        };
        strip(&mut call);
        let facts = Facts {
            side: call.side(),
            deadline: call.deadline(),
        };
        let mut timer = Timer::new(facts.deadline);
        let mut replay = call.into_replay_within(self.max_buffered_bytes, &self.budget);
        let first = replay.attempt().ok_or_else(lost)?;
        let result = {
            let run = pin!(next.clone().run(first));
            clock::until(&mut timer, run).await?
        };
        match result {
            Ok(answer) => Ok(self.succeeded(answer)),
            // in a box: most calls have no use for the place that it takes
            Err(status) => {
                let attempts = Attempts::new(self, self.found(by, replay.method()), facts.side);
                Box::pin(self.again(status, facts, timer, replay, attempts, next)).await
            }
        }
    }

    /// What comes behind the first failure.
    async fn again<T: CallType>(
        &self,
        mut status: Status,
        call: Facts,
        mut timer: Timer,
        mut replay: Replay<T>,
        mut attempts: Attempts<'_>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        loop {
            clock::not_passed(call.deadline)?;
            let again = if replay.can_attempt() {
                attempts.after(&status)
            } else {
                None // a failure behind the commitment takes no token
            };
            let Some((again, attempt)) = again.and_then(|it| Some((it, replay.restart()?))) else {
                return Err(final_status(status, call.side));
            };
            let waited = wait::counted(&mut timer, again.wait, attempt.extensions().get());
            waited.await?;
            let attempt = prepare(attempt, again);
            let run = pin!(next.clone().run(attempt));
            match clock::until(&mut timer, run).await? {
                Ok(answer) => return Ok(self.succeeded(answer)),
                Err(failed) => status = failed,
            }
        }
    }

    #[inline]
    fn plan<T: CallType>(&self, call: &Call<T>) -> Plan {
        Plan::Watch(match call.extensions().get::<CallPolicy>() {
            None if self.transparent_only => By::Call(None),
            None => By::Method,
            Some(CallPolicy::Retry(policy)) => By::Call(Some(Arc::clone(policy))),
            Some(CallPolicy::TransparentOnly) => By::Call(None),
            Some(CallPolicy::Never | CallPolicy::Hedging(_)) => return Plan::Pass,
        })
    }

    fn found(&self, by: By, method: &Method) -> Option<Arc<RetryPolicy>> {
        match by {
            By::Method => self.policies.get(method).cloned(),
            By::Call(policy) => policy,
        }
    }

    #[inline]
    fn succeeded<T: CallType>(&self, reply: Reply<T>) -> Reply<T> {
        match &self.throttle {
            Some(throttle) => throttle.watch(reply),
            None => reply,
        }
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self::new()
    }
}

intercept_all!(Retry, order = [.role(order::RETRYING)], buffers = Retry::kept);

/// An attempt that is about to be made, counted and marked.
fn prepare<T: CallType>(mut attempt: Call<T>, again: Again) -> Call<T> {
    if let Some(counts) = attempt.extensions().get::<AttemptCounts>() {
        if again.is_transparent {
            counts.add_transparent_retry();
        } else {
            counts.add_retry();
        }
    }
    mark(
        &mut attempt,
        RetryAttempt {
            previous_attempts: again.previous_attempts,
            is_transparent: again.is_transparent,
        },
    );
    attempt
}

/// What the caller gets: on a client with the code that the specification has for it.
fn final_status(status: Status, side: Side) -> Status {
    match side {
        Side::Client => by_origin(status),
        Side::Server => status,
    }
}

/// A replay has its first attempt, always.
fn lost() -> Status {
    Status::internal("the request was lost before its first attempt")
}

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Retry>();
};
