//! A call on its way in.

mod deadline;
mod kind;
mod side;

pub(crate) use deadline::{parse as parse_timeout, print as print_timeout};
pub use kind::{
    CallKind, CallType, Cardinality, Single, StreamStream, StreamUnary, Streaming, UnaryStream,
    UnaryUnary,
};
pub use side::Side;

use std::{fmt, net::SocketAddr, panic::Location, time::Instant};

use futures_core::Stream;
use http::{Extensions, Request};
use tonic::{Status, body::Body, metadata::MetadataMap};

use crate::{
    Guard, Message, Method, Payload, Replay, ReplayBudget,
    exchange::{Exchange, Facts, Sight},
    layer::Settings,
    message::Format,
    order,
    payload::Content,
};

/// A call on its way in: its method, metadata, extensions and deadline, and the request's [`Payload`].
///
/// It is a thin handle on one box for each call; handing it on moves a pointer.
pub struct Call<T: CallType> {
    exchange: Box<Exchange<T>>,
}

// === impl Call ===

impl<T: CallType> Call<T> {
    /// A call of `method` as it would arrive at a chain on `side`, for tests that need no layer.
    #[must_use]
    pub fn new(method: Method, side: Side, payload: Body) -> Self {
        let request = Request::builder()
            .method(http::Method::POST)
            .uri(method.path())
            .version(http::Version::HTTP_2)
            .body(())
            .unwrap_or_default();
        let facts = Facts {
            side,
            ..Facts::detached()
        };
        Self::assemble(method, facts, request, |()| Content::raw(payload))
    }

    /// Puts a request into its box.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a request is large to hand through one more function"
    )]
    pub(crate) fn assemble<B>(
        method: Method,
        facts: Facts,
        request: Request<B>,
        content: impl FnOnce(B) -> Content,
    ) -> Self {
        let exchange = Exchange::call(facts, method, request, content);
        Self { exchange }
    }

    /// Which method is called.
    #[must_use]
    pub fn method(&self) -> &Method {
        self.exchange.method()
    }

    /// How many messages go each way. A method that is not in the layer's table runs as stream-stream.
    #[must_use]
    pub fn kind(&self) -> CallKind {
        T::KIND
    }

    /// Whether this is the end that makes the call or the one that answers it.
    #[must_use]
    pub fn side(&self) -> Side {
        self.exchange.facts.side
    }

    /// Which attempt of a [`Replay`] this is, from 0.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.exchange.facts.attempt
    }

    /// When the caller stops waiting, if it said so by `grpc-timeout`.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.exchange.facts.deadline
    }

    /// Sets when the caller stops waiting. What is below is told so by `grpc-timeout`; nothing is enforced here.
    pub fn set_deadline(&mut self, deadline: Instant) {
        self.exchange.facts.deadline = Some(deadline);
        self.exchange.facts.deadline_is_new = true;
    }

    /// The request's metadata, its HTTP headers.
    #[must_use]
    pub fn metadata(&self) -> &MetadataMap {
        self.exchange.metadata()
    }

    /// The request's metadata, to change.
    pub fn metadata_mut(&mut self) -> &mut MetadataMap {
        self.exchange.metadata_mut()
    }

    /// The request's extensions: on the server they reach the handler.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.exchange.extensions
    }

    /// The request's extensions, to change.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.exchange.extensions
    }

    /// What an interceptor before this one has put into the extensions.
    ///
    /// ```
    /// # use interceptor_core::{Call, CallType, Next, Reply, tonic::Status};
    /// # struct User;
    /// # struct Limit;
    /// # impl Limit {
    /// async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status> {
    ///     let user = call.require::<User>()?;
    ///     // …
    ///     next.run(call).await
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// INTERNAL if it is not there. The text names the type and the interceptor of this program that says `provides(…)` of
    /// it; a line of `tracing` says where it was asked for, too.
    #[track_caller]
    pub fn require<E: Send + Sync + 'static>(&self) -> Result<&E, Status> {
        if let Some(there) = self.extensions().get() {
            return Ok(there);
        }
        let who = format_args!("an interceptor of {}", self.method());
        Err(order::missing::<E>(who, Location::caller()))
    }

    /// The request's URI as it came: a generated client puts scheme and authority of its own origin into it, if it was given
    /// one; else it is the path.
    #[must_use]
    pub fn uri(&self) -> &http::Uri {
        let (_, uri, _) = self.exchange.request_line();
        uri
    }

    /// The address of the client's end of the connection: on a server with tonic's own transport, over TCP.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        peer(self.extensions())
    }

    /// Tells when the headers of a response come from below, also where [`Next::run`](crate::Next::run) waits for more:
    /// for a unary response it returns when the call is over. An answer without a body ("trailers-only") has none, unless it
    /// says OK. Of several, the last one is told; one that an inner interceptor answers by itself tells nobody.
    pub fn on_response_headers(&mut self, tell: impl FnOnce() + Send + Sync + 'static) {
        self.exchange.on_headers = Some(Box::new(tell));
    }

    /// The request's messages.
    pub fn payload_mut(&mut self) -> &mut Payload<T::Request> {
        let Self { exchange } = self;
        let limit = exchange.facts.settings.max_message_size;
        if !exchange.request_payload().content().is_looked_at() {
            let format = Format::from_headers(exchange.metadata().as_ref(), limit);
            exchange.request_payload().content().look(format);
        }
        exchange.request_payload()
    }

    /// Puts a guard around the polls of the request's body. The end that it gives the request is the call's.
    pub fn guard(&mut self, guard: impl Guard) {
        self.content().guard_request(guard);
    }

    /// What the request carries, not looked at.
    pub(crate) fn content(&mut self) -> &mut Content {
        self.exchange.request_payload().content()
    }

    /// Keeps the request, so that it can be sent more than once.
    ///
    /// At most `max_buffered_bytes` are kept; over that, the attempt that is under way goes on alone.
    #[must_use]
    pub fn into_replay(self, max_buffered_bytes: usize) -> Replay<T> {
        Replay::new(self, max_buffered_bytes, None)
    }

    /// Keeps the request, so that it can be sent more than once, together with other calls' in one budget.
    ///
    /// A unary request that is in hand already, as tonic's client has it, is taken at once, which costs little if there is
    /// but one attempt. Nobody is waited for: of what is still to come, attempts read a record, as of
    /// [`into_replay`](Self::into_replay).
    #[inline]
    #[must_use]
    pub fn into_replay_within(self, max_buffered_bytes: usize, budget: &ReplayBudget) -> Replay<T> {
        Replay::new(self, max_buffered_bytes, Some(budget))
    }

    /// UNIMPLEMENTED for a method that is not in the layer's table, unless the layer lets such calls pass.
    pub(crate) fn known(&self) -> Result<(), Status> {
        if self.method().is_known() || self.exchange.facts.settings.unknown_passes() {
            return Ok(());
        }
        Err(crate::layer::not_in_table(self.method(), self.side()))
    }

    /// The first line of the request.
    #[inline]
    pub(crate) fn request_line(&self) -> (&http::Method, &http::Uri, http::Version) {
        self.exchange.request_line()
    }

    /// The same as that attempt of a replay.
    #[inline]
    pub(crate) fn in_attempt(mut self, attempt: u32) -> Self {
        self.exchange.facts.attempt = attempt;
        self
    }

    pub(crate) fn into_exchange(self) -> Box<Exchange<T>> {
        self.exchange
    }

    pub(crate) fn facts(&self) -> Facts {
        self.exchange.facts
    }

    #[inline]
    pub(crate) fn sight(&mut self) -> Sight<'_> {
        self.exchange.sight()
    }
}

impl<T: CallType<Request = Single>> Call<T> {
    /// The request message. It is read, if it did not come yet, and kept: it still goes on.
    ///
    /// # Errors
    ///
    /// As [`Payload::message`].
    pub async fn message(&mut self) -> Result<Message, Status> {
        self.payload_mut().message().await
    }

    /// Puts another message in the place of the request's.
    pub fn set_message(&mut self, message: Message) {
        self.payload_mut().set_message(message);
    }
}

impl<T: CallType<Request = Streaming>> Call<T> {
    /// Puts other messages in the place of the request's. A status in the stream ends the call with it.
    pub fn set_messages<S>(&mut self, messages: S)
    where
        S: Stream<Item = Result<Message, Status>> + Send + 'static,
    {
        self.payload_mut().set_messages(messages);
    }

    /// Hands the request's messages to `map`, and puts what it makes of them in their place.
    ///
    /// A status in the new stream ends the call with it, and so does one that the request ended with. If `map` did not read
    /// the messages to their end, that is all there is, and the request ends well.
    pub fn map_messages<S>(&mut self, map: impl FnOnce(Payload<Streaming>) -> S)
    where
        S: Stream<Item = Result<Message, Status>> + Send + 'static,
    {
        self.payload_mut().map_messages(map);
    }
}

impl<T: CallType> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", self.method())
            .field("kind", &self.kind())
            .field("side", &self.side())
            .field("attempt", &self.attempt())
            .finish_non_exhaustive()
    }
}

impl Facts {
    /// What is known of a call that arrives at a layer.
    pub(crate) fn arriving(side: Side, deadline: Option<Instant>, settings: Settings) -> Self {
        Self {
            side,
            attempt: 0,
            deadline,
            deadline_is_new: false,
            settings,
        }
    }
}

/// Now, by the clock that tests can pause.
#[inline]
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

#[cfg(feature = "transport")]
pub(crate) fn peer(extensions: &Extensions) -> Option<SocketAddr> {
    use tonic::transport::server::TcpConnectInfo;
    extensions.get::<TcpConnectInfo>()?.remote_addr()
}

#[cfg(not(feature = "transport"))]
pub(crate) fn peer(_: &Extensions) -> Option<SocketAddr> {
    None
}
