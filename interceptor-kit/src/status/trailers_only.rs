use std::{
    future::poll_fn,
    pin::pin,
    task::{Context, Poll},
    time::Duration,
};

use interceptor_core::{Call, CallType, Next, Reply, Side, tonic::Status};
use interceptor_macros::grpc_interceptor;

use crate::policy::order;
use tokio::time::Sleep;

/// On a server, sends the error that a streaming handler has for its first item in the place of a response.
///
/// tonic sends headers when a streaming handler returns its stream, and the error behind them. To a client that is a response
/// that has begun, and no policy retries it (gRFC A6). This asks the stream for its first item before the headers go out: an
/// error then goes out as an answer without messages ("trailers-only"), with the handler's metadata. Anything else goes out
/// as it would have.
///
/// By default the stream is polled once. A handler whose stream has an error *at hand*, as `stream::iter([Err(…)])` or a
/// channel with one in it, is served by that, and nobody waits. One that has to work for its first item is not ready then,
/// and its headers go out; [`wait`](Self::wait) gives it some time.
///
/// See the [module](super).
#[grpc_interceptor(inside(order::LOGGING, order::MEASURING, order::TRACING), crate = interceptor_core)]
#[derive(Debug, Clone, Copy, Default)]
pub struct TrailersOnly {
    wait: Duration,
}

// === impl TrailersOnly ===

impl TrailersOnly {
    /// Asks each response once.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            wait: Duration::ZERO,
        }
    }

    /// How long response headers may wait for a first item, by default not at all.
    ///
    /// Clients get the headers of a slow stream that much later; one that waits for them before it sends its first message
    /// waits in vain. The time is the price of each stream whose first message takes longer, so give little.
    #[must_use]
    pub const fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if call.side() == Side::Client {
            return next.run(call).await;
        }
        let mut reply = next.run(call).await?;
        if reply.trailers().is_none() {
            self.first(&mut reply).await?;
        }
        Ok(reply)
    }

    /// Waits for the first of a response, but no longer than it may.
    async fn first<T: CallType>(&self, reply: &mut Reply<T>) -> Result<(), Status> {
        let mut patience = pin!(None::<Sleep>);
        poll_fn(|cx| {
            if let Poll::Ready(begun) = reply.poll_first(cx) {
                return Poll::Ready(begun);
            }
            if patience.is_none() && !self.wait.is_zero() {
                patience.set(Some(tokio::time::sleep(self.wait)));
            }
            let is_over = |sleep: std::pin::Pin<&mut Sleep>, cx: &mut Context<'_>| sleep.poll(cx);
            match patience.as_mut().as_pin_mut() {
                Some(sleep) => is_over(sleep, cx).map(Ok),
                None => Poll::Ready(Ok(())),
            }
        })
        .await
    }
}
