use interceptor_core::{Call, CallType, Guard, Next, Reply, Side, tonic::Status};
use interceptor_macros::grpc_interceptor;

use crate::policy::{by_origin, order};

/// On a client, gives an error on the way the code that the specification has for it.
///
/// | what happened | tonic's code | the specification's |
/// |---|---|---|
/// | the connection was lost | UNKNOWN | UNAVAILABLE |
/// | the peer is going away, and did not take the call | INTERNAL | UNAVAILABLE |
/// | the call was not sent before its connection ended | CANCELLED | UNAVAILABLE |
/// | a timeout of tonic's own | CANCELLED | `DEADLINE_EXCEEDED` |
/// | the peer reset the stream | by tonic's features | that of `PROTOCOL-HTTP2.md` |
///
/// Text, details and metadata stay, and the status as it came is the source of the new one. What a peer sent, or this
/// program made, is not touched. A `Retry` does the same to the status that it ends with; this is for clients without one.
/// See the [module](super).
#[grpc_interceptor(outside(order::RETRYING, order::HEDGING), crate = interceptor_core)]
#[derive(Debug, Clone, Copy, Default)]
pub struct CanonicalCodes;

/// Around a response that streams.
struct ByOrigin;

// === impl CanonicalCodes ===

impl CanonicalCodes {
    /// For all errors on the way.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if call.side() == Side::Server {
            return next.run(call).await;
        }
        let mut reply = next.run(call).await.map_err(by_origin)?;
        reply.guard(ByOrigin)?;
        Ok(reply)
    }
}

impl Guard for ByOrigin {
    fn broken(&mut self, status: Status) -> Status {
        by_origin(status)
    }
}
