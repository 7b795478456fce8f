use std::{fmt, net::SocketAddr, time::Instant};

use http::Extensions;
use tonic::metadata::MetadataMap;

use super::{Passing, bodies::watch_request, request::OnRequestMessage};
use crate::{Call, CallKind, CallType, Method, Side, call, exchange::Sight, message::Walk};

/// A call that starts, as an [`Observer`](super::Observer) sees it.
pub struct Start<'a> {
    call: Sight<'a>,
    kind: CallKind,
}

// === impl Start ===

impl<'a> Start<'a> {
    #[inline]
    pub(super) fn new<T: CallType>(call: &'a mut Call<T>) -> Self {
        let kind = T::KIND;
        Self {
            call: call.sight(),
            kind,
        }
    }

    /// Which method is called.
    #[inline]
    #[must_use]
    pub fn method(&self) -> &Method {
        self.call.method
    }

    /// How many messages go each way.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> CallKind {
        self.kind
    }

    /// On which end of the call this is.
    #[inline]
    #[must_use]
    pub fn side(&self) -> Side {
        self.call.facts.side
    }

    /// The request's metadata.
    #[must_use]
    pub fn metadata(&self) -> &MetadataMap {
        self.call.metadata
    }

    /// The request's extensions.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        self.call.extensions
    }

    /// When the caller stops waiting, if it said so.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.call.facts.deadline
    }

    /// Which attempt this is, from 0.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.call.facts.attempt
    }

    /// The address of the client's end of the connection, as [`Call::peer`] has it.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        call::peer(self.call.extensions)
    }

    /// Has a closure see the length of each request message as it passes: what an observer does that wants nothing of
    /// its per-call state for it, such as adding to a counter of its own.
    ///
    /// The closure stands apart from [`request_message`](super::Observer::request_message), and from
    /// [`wants_requests`](super::Observer::wants_requests): nothing is shared between the request and the response, so
    /// there is no lock. It may be called in another task, at the same time as the other callbacks of the call, and after
    /// its end. A panic in it is caught.
    ///
    /// # Cost
    ///
    /// One allocation for the call, and nothing is parsed.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::{Arc, atomic::{AtomicUsize, Ordering::Relaxed}};
    ///
    /// use interceptor_core::{End, Observer, Start};
    ///
    /// struct BytesSent(Arc<AtomicUsize>);
    ///
    /// impl Observer for BytesSent {
    ///     type Call = ();
    ///
    ///     fn start(&self, start: &mut Start<'_>) {
    ///         let sent = Arc::clone(&self.0);
    ///         start.on_request_message(move |message| {
    ///             sent.fetch_add(message.wire_len(), Relaxed);
    ///         });
    ///     }
    ///
    ///     fn end(&self, (): (), _: &End<'_>) {}
    /// }
    /// # fn is_an_observer(_: impl Observer) {}
    /// # is_an_observer(BytesSent(Arc::default()));
    /// ```
    pub fn on_request_message<F>(&mut self, on_message: F)
    where
        F: FnMut(&Passing<'_>) + Send + 'static,
    {
        watch_request(
            self.call.request,
            OnRequestMessage(on_message),
            Walk::default(),
        );
    }
}

impl fmt::Debug for Start<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("method", self.method())
            .field("kind", &self.kind())
            .field("side", &self.side())
            .field("attempt", &self.attempt())
            .finish_non_exhaustive()
    }
}
