use std::{sync::Arc, time::Instant};

use interceptor_core::{
    Call, CallType, ConfigError, End, Observe, Observer, Passing, Side, Start, Wants,
};
use interceptor_kit::policy::{AttemptCounts, order};
use opentelemetry::KeyValue;

use super::{
    instruments,
    shared::{Shared, Underway, now, seconds_since},
};
use crate::intercept::intercept_all;

/// Measures calls: see the [module](super). On a client its place is outside of a retry.
#[derive(Debug, Clone)]
pub struct CallMetrics {
    observe: Observe<Calls>,
}

#[derive(Debug)]
pub(super) struct Calls(Arc<Shared>);

/// A call under way.
pub(super) enum OfSide {
    Client(Box<OfClient>),
    Server(Box<Underway>),
}

pub(super) struct OfClient {
    began: Instant,
    attributes: Vec<KeyValue>,
    attempts: Option<AttemptCounts>,
}

// === impl CallMetrics ===

impl CallMetrics {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let observe = Observe::new(Calls(shared));
        Self { observe }
    }

    /// Has the retry count attempts, if somebody wants to know.
    fn prepare<T: CallType>(&self, mut call: Call<T>) -> Call<T> {
        let shared = &self.observe.observer().0;
        let is_counted = || call.extensions().get::<AttemptCounts>().is_some();
        if call.side() == Side::Client && shared.calls.counts_attempts() && !is_counted() {
            call.extensions_mut().insert(AttemptCounts::default());
        }
        call
    }

    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "it fits both sides"
    )]
    fn check_side(&self, _: Side) -> Result<(), ConfigError> {
        Ok(())
    }
}

intercept_all!(CallMetrics, order = [.role(order::MEASURING).outside(&[order::RETRYING, order::HEDGING])]);

impl Observer for Calls {
    type Call = OfSide;

    fn start(&self, start: &mut Start<'_>) -> OfSide {
        let shared = &self.0;
        let method = instruments::method(shared.method(start.method()));
        match start.side() {
            Side::Client => OfSide::Client(Box::new(OfClient {
                began: now(),
                attributes: vec![method, instruments::target(shared.target.clone())],
                attempts: start.extensions().get::<AttemptCounts>().cloned(),
            })),
            Side::Server => {
                let call = Underway::start(start, &shared.server, vec![method]);
                OfSide::Server(Box::new(call))
            }
        }
    }

    fn wants_responses(&self, call: &OfSide) -> Wants {
        match call {
            OfSide::Client(_) => Wants::Nothing,
            OfSide::Server(_) => Wants::Lengths,
        }
    }

    fn response_message(&self, call: &mut OfSide, message: &Passing<'_>) {
        if let OfSide::Server(call) = call {
            call.response(message);
        }
    }

    fn end(&self, call: OfSide, end: &End<'_>) {
        match call {
            OfSide::Client(call) => call.end(&self.0, end),
            OfSide::Server(call) => call.end(&self.0.server, end.code(), false),
        }
    }
}

// === impl OfClient ===

impl OfClient {
    fn end(mut self, shared: &Shared, end: &End<'_>) {
        let of = &shared.calls;
        if let Some(attempts) = &self.attempts {
            let counts = [
                (&of.retries, attempts.retries()),
                (&of.transparent_retries, attempts.transparent_retries()),
                (&of.hedges, attempts.hedges()),
            ];
            for (histogram, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
                if let Some(histogram) = histogram {
                    histogram.record(count.into(), &self.attributes);
                }
            }
            if let Some(delay) = &of.retry_delay {
                delay.record(attempts.waited().as_secs_f64(), &self.attributes);
            }
        }
        if let Some(duration) = &of.duration {
            self.attributes.push(instruments::status(end.code()));
            duration.record(seconds_since(self.began), &self.attributes);
        }
    }
}
