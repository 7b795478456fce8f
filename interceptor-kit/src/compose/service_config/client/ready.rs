//! `waitForReady`: a call does not fail for want of a connection.

use std::time::Duration;

use interceptor_core::{Call, CallType, Next, Origin, Reply, TransportKind, tonic::Status};
use interceptor_macros::grpc_interceptor;

use crate::policy::{Backoff, Jitter};

/// Whether one call waits for a connection, in the place of what the service config says: a value in the request's
/// extensions.
///
/// ```
/// use interceptor_core::tonic::Request;
/// use interceptor_kit::compose::service_config::WaitForReady;
///
/// let mut request = Request::new("at last");
/// request.extensions_mut().insert(WaitForReady(true));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitForReady(
    /// Yes, or at once an error.
    pub bool,
);

/// Makes a call again until there is a connection.
#[grpc_interceptor(crate = interceptor_core)]
#[derive(Debug, Clone)]
pub(super) struct Ready {
    pub(super) by_default: bool,
    pub(super) backoff: Backoff,
    pub(super) jitter: Jitter,
}

// === impl Ready ===

impl Ready {
    /// Attempts as far apart as gRPC's own libraries try to connect (`connection-backoff.md`).
    pub(super) fn new(by_default: bool) -> Option<Self> {
        let (initial, max) = (Duration::from_secs(1), Duration::from_secs(120));
        let backoff = Backoff::new(initial, max, 1.6).ok()?;
        Some(Self {
            by_default,
            backoff,
            jitter: Jitter::random(),
        })
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let own = call.extensions().get::<WaitForReady>();
        if !own.map_or(self.by_default, |own| own.0) {
            return next.run(call).await;
        }
        // Nothing is kept: who has read of the request has a connection.
        let mut replay = call.into_replay(0);
        let mut attempt = replay.attempt();
        while let Some(call) = attempt {
            let status = match next.clone().run(call).await {
                Err(status) if is_not_connected(&status) => status,
                result => return result,
            };
            let Some(again) = replay.restart() else {
                return Err(status);
            };
            let wait = self
                .backoff
                .delay(replay.attempts() - 1, self.jitter.factor());
            tokio::time::sleep(wait).await;
            attempt = Some(again);
        }
        Err(Status::internal(
            "the request was lost before its first attempt",
        ))
    }
}

fn is_not_connected(status: &Status) -> bool {
    Origin::of(status).transport() == Some(TransportKind::Connect)
}
