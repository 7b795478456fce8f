use std::time::{Duration, Instant};

use http::HeaderName;
use interceptor_core::{
    Call, CallType, ConfigError, Next, Origin, Reply, Side, TransportKind, tonic::Status,
};

use crate::policy::{PolicyTable, by_origin, clock::now, intercept_all, order};

use super::{
    enforce::{Ends, Enforce, Timer},
    names,
    parent::ParentCall,
};

/// Ends calls when their deadline has passed: see the [module](super).
#[derive(Debug, Clone)]
pub struct Deadline {
    /// The most time that calls get.
    policies: PolicyTable<Duration>,
    inherits: bool,
    names: Vec<HeaderName>,
}

// === impl Deadline ===

impl Deadline {
    /// Enforces the deadlines that callers set. Without [`max`](Self::max), a call without one may last for ever.
    #[must_use]
    pub fn new() -> Self {
        Self {
            policies: PolicyTable::new(),
            inherits: true,
            names: Vec::new(),
        }
    }

    /// The most time that a call gets, by default as much as its caller says.
    ///
    /// The earlier of the two counts, on either side: on a client it is the default of calls that were given no deadline,
    /// and one that was given is never put off; on a server it bounds what clients ask for. A `max` of zero ends each
    /// call.
    #[must_use]
    pub fn max(mut self, max: Duration) -> Self {
        self.policies = self.policies.all(max);
        self
    }

    /// The same for the methods of a pattern, `/package.Service/Method` or `/package.Service/*`. What is said of a method
    /// counts, else what is said of its service, else [`max`](Self::max).
    ///
    /// # Errors
    ///
    /// A text that is no pattern, or a pattern that was given before. One that matches no method is found when a layer is
    /// made.
    pub fn max_for(mut self, pattern: &str, max: Duration) -> Result<Self, ConfigError> {
        self.policies = self.policies.policy(pattern, max)?;
        Ok(self)
    }

    /// As much time as the caller says for the methods of a pattern, whatever [`max`](Self::max) is: for streams that last.
    ///
    /// # Errors
    ///
    /// As of [`max_for`](Self::max_for).
    pub fn no_max_for(mut self, pattern: &str) -> Result<Self, ConfigError> {
        self.policies = self.policies.no_policy(pattern)?;
        Ok(self)
    }

    /// Whether calls that a handler makes end with the call that it serves, by default yes.
    ///
    /// On a server: whether handlers run for a [`ParentCall`]. On a client: whether calls look for one.
    #[must_use]
    pub fn inherits(self, inherits: bool) -> Self {
        Self { inherits, ..self }
    }

    /// Which metadata of a call the calls that its handler makes have, too, by default none. It is the server's interceptor
    /// that is asked for them; a call that has metadata of that name already keeps its own.
    ///
    /// # Errors
    ///
    /// A name that is no header's, or one that belongs to a single hop: `grpc-…`, `content-type`, `te`, `user-agent` and
    /// the like.
    pub fn propagate<N: AsRef<str>>(
        mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Result<Self, ConfigError> {
        for name in names {
            let name = names::parse(name.as_ref())?;
            if !self.names.contains(&name) {
                self.names.push(name); // each is handed on once
            }
        }
        Ok(self)
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        match call.side() {
            Side::Client => self.call(call, next).await,
            Side::Server => self.serve(call, next).await,
        }
    }

    async fn call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let parent = self.inherits.then(ParentCall::current).flatten();
        let deadline = self.deadline(&call, parent.as_ref());
        if let Some(parent) = &parent {
            parent.hand_on(&mut call);
        }
        if let Some(deadline) = deadline {
            call.set_deadline(deadline); // what is below is told what is left by now
            guard_request(&mut call, deadline);
        }
        let ends = Ends::new(deadline, parent);
        enforce(ends, next.run(call)).await.map_err(timed_out)
    }

    async fn serve<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let deadline = self.deadline(&call, None);
        if let Some(deadline) = deadline {
            if call.deadline() != Some(deadline) {
                call.set_deadline(deadline);
            }
            guard_request(&mut call, deadline);
        }
        let mut ends = Ends::new(deadline, None);
        if !self.inherits {
            return enforce(ends, next.run(call)).await;
        }
        let parent = ParentCall::of(&call, deadline, &self.names);
        let (ending, serves) = (parent.clone(), Some(parent.clone()));
        let run = next.run(call).on_end(move |end| ending.ended(end));
        let mut reply = ends.run(parent.scope(run)).await??;
        reply.guard(Enforce { ends, serves })?;
        Ok(reply)
    }

    /// The earliest of what the caller says, of what is set here, and of that of the call which this one is made for.
    fn deadline<T: CallType>(
        &self,
        call: &Call<T>,
        parent: Option<&ParentCall>,
    ) -> Option<Instant> {
        let inherited = parent.and_then(ParentCall::deadline);
        let max = self.policies.get(call.method());
        let max = max.and_then(|max| now().checked_add(**max)); // beyond all time is none
        [call.deadline(), max, inherited]
            .into_iter()
            .flatten()
            .min()
    }
}

impl Default for Deadline {
    fn default() -> Self {
        Self::new()
    }
}

/// Has a call end when something ends it from this side, however long its response streams.
async fn enforce<T: CallType>(
    mut ends: Ends,
    call: impl Future<Output = Result<Reply<T>, Status>>,
) -> Result<Reply<T>, Status> {
    if ends.are_none() {
        return call.await;
    }
    let mut reply = ends.run(call).await??;
    reply.guard(Enforce { ends, serves: None })?;
    Ok(reply)
}

/// A stream of requests ends with the call also where nobody waits for the response: the transport, or a task of the
/// handler's, may still be reading it.
fn guard_request<T: CallType>(call: &mut Call<T>, deadline: Instant) {
    if call.kind().client_streaming() {
        call.guard(Timer::new(deadline));
    }
}

/// tonic's channel has a timer for the same header, and one of its endpoint, and says CANCELLED for both.
fn timed_out(status: Status) -> Status {
    match Origin::of(&status).transport() {
        Some(TransportKind::Timeout) => by_origin(status),
        _ => status,
    }
}

intercept_all!(
    Deadline,
    order = [.role(order::LIMITING_TIME).outside(&[order::RETRYING, order::HEDGING])]
);

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<Deadline>();
};
