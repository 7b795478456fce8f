//! Where code runs for a call that has an id.

use interceptor_core::{Guard, Side};
use tracing::{Instrument as _, Span};

use super::RequestId;

tokio::task_local! {
    static CURRENT: RequestId;
}

pub(super) fn current() -> Option<RequestId> {
    CURRENT.try_with(Clone::clone).ok()
}

/// What is set around each poll of a call.
pub(super) struct Scope {
    span: Span,
    /// On a server; the calls of a client are made for the call that is being served, if any.
    serves: Option<RequestId>,
}

// === impl Scope ===

impl Scope {
    pub(super) fn new(id: &RequestId, side: Side) -> Self {
        Self {
            span: tracing::info_span!("request", request_id = %id),
            serves: (side == Side::Server).then(|| id.clone()),
        }
    }

    pub(super) async fn run<F: Future>(&self, future: F) -> F::Output {
        let future = future.instrument(self.span.clone());
        match &self.serves {
            Some(id) => CURRENT.scope(id.clone(), future).await,
            None => future.await,
        }
    }
}

impl Guard for Scope {
    fn around(&mut self, poll: &mut dyn FnMut()) {
        let Self { span, serves } = self;
        span.in_scope(|| match serves {
            Some(id) => CURRENT.sync_scope(id.clone(), poll),
            None => poll(),
        });
    }
}
