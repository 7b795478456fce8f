use std::sync::Arc;

use interceptor_core::{
    Call, CallType, ConfigError, End, Observe, Observer, Passing, Side, Start, Wants,
};
use interceptor_kit::policy::order;

use super::{
    instruments,
    shared::{Shared, Underway},
};
use crate::intercept::{intercept_all, only_on_client};

/// Measures attempts: see the [module](super). Its place is inside of a retry, on a client.
#[derive(Debug, Clone)]
pub struct AttemptMetrics {
    observe: Observe<Attempts>,
}

#[derive(Debug)]
pub(super) struct Attempts(Arc<Shared>);

// === impl AttemptMetrics ===

impl AttemptMetrics {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        let observe = Observe::new(Attempts(shared));
        Self { observe }
    }

    #[expect(clippy::unused_self, reason = "nothing has to be done")]
    fn prepare<T: CallType>(&self, call: Call<T>) -> Call<T> {
        call
    }

    #[expect(clippy::unused_self, reason = "the side is all that counts")]
    fn check_side(&self, side: Side) -> Result<(), ConfigError> {
        only_on_client(side)
    }
}

intercept_all!(AttemptMetrics, order = [.only_on(Side::Client).inside(&[order::RETRYING, order::HEDGING])]);

impl Observer for Attempts {
    type Call = Underway;

    fn start(&self, start: &mut Start<'_>) -> Underway {
        let attributes = vec![
            instruments::method(self.0.method(start.method())),
            instruments::target(self.0.target.clone()),
        ];
        Underway::start(start, &self.0.attempts, attributes)
    }

    fn wants_responses(&self, _: &Underway) -> Wants {
        Wants::Lengths
    }

    fn response_message(&self, attempt: &mut Underway, message: &Passing<'_>) {
        attempt.response(message);
    }

    fn end(&self, attempt: Underway, end: &End<'_>) {
        attempt.end(&self.0.attempts, end.code(), true);
    }
}
