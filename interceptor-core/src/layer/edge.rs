//! What the two edges have in common.

use std::{
    fmt,
    marker::PhantomData,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, header::CONTENT_TYPE};
use pin_project_lite::pin_project;
use tonic::{Status, body::Body};
use tower_service::Service;

use super::{
    ReplyBody, Settings,
    slot::{First, Slot},
    terminal::{Terminal, into_tonic_body},
};
use crate::{
    Call, CallKind, CallType, ConfigError, Description, Explanation, Interceptor, Method, Methods,
    Reply, Side, StreamStream, StreamUnary, UnaryStream, UnaryUnary,
    blocking::Pool,
    call::{now, parse_timeout},
    exchange::Facts,
    explain, order,
    payload::Content,
    status::BoxError,
};

/// A chain with its table and its bounds. Clones share the chain and the table.
pub(super) struct Edge<C> {
    chain: Arc<C>,
    methods: Methods,
    side: Side,
    pub(super) settings: Settings,
    /// Where its blocking parts run, if not where those of its side do.
    pub(super) blocking_pool: Option<Pool>,
}

/// A whole call at work, in its one box.
pub(super) type ResponseFuture<B, E> =
    Pin<Box<dyn Future<Output = Result<Response<ReplyBody<B>>, E>> + Send>>;

pin_project! {
    /// A call, whose response is made where it is returned: it is large to hand through an `async` block.
    struct Leaving<C, F> {
        #[pin]
        call: C,
        end: PhantomData<fn() -> F>,
    }
}

/// What the edge below a chain has to be.
pub(super) trait Below<B>:
    Service<
        Request<Body>,
        Response = Response<B>,
        Error: Into<BoxError> + Send + 'static,
        Future: Send,
    > + Clone
    + Send
    + 'static
{
}

impl<S, B> Below<B> for S where
    S: Service<
            Request<Body>,
            Response = Response<B>,
            Error: Into<BoxError> + Send + 'static,
            Future: Send,
        > + Clone
        + Send
        + 'static
{
}

/// Which end of a call a layer stands at.
pub(super) trait End: Send + 'static {
    const SIDE: Side;
}

/// How a side turns what comes out of the chain into what its service returns.
pub(super) trait Finish<S: Service<Request<Body>>, B>: End {
    type Error;

    fn error(status: Status, slot: &Slot<S>) -> Result<Response<ReplyBody<B>>, Self::Error>;
}

// === impl Edge ===

impl<C: Interceptor> Edge<C> {
    pub(super) fn new(chain: C, methods: &Methods, side: Side) -> Result<Self, ConfigError> {
        chain.check(methods, side)?;
        let mut description = Description::default();
        chain.describe(&mut description);
        order::check_at_run_time(&description, side, methods)?;
        tracing::debug!(%side, chain = %description, "intercepting gRPC calls");
        Ok(Self {
            chain: Arc::new(chain),
            methods: methods.clone(),
            side,
            settings: Settings::default(),
            blocking_pool: None,
        })
    }

    /// What of the chain runs for each method.
    pub(super) fn explain(&self) -> Explanation {
        explain(&*self.chain, self.side, &self.methods).settling(self.settings.max_settled_bytes)
    }

    /// The method that a request calls, if it can reach a gRPC service.
    #[inline]
    pub(super) fn method(&self, path: &str) -> Option<Method> {
        match self.methods.get(path) {
            Some(method) => Some(method.clone()),
            None => self.method_of_other(path),
        }
    }

    #[cold]
    fn method_of_other(&self, mut path: &str) -> Option<Method> {
        if self.side == Side::Client {
            path = without_prefix(path);
        }
        let known = self.methods.get(path).cloned();
        known.or_else(|| is_method_path(path).then(|| Method::unknown(path)))
    }

    /// Runs the chain around the service that was made ready.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a request is large to hand through one more function"
    )]
    pub(super) fn intercept<F, S, A, B>(
        &self,
        method: Method,
        request: Request<A>,
        timeout: Option<Duration>,
        below: Readied<'_, S>,
    ) -> ResponseFuture<B, F::Error>
    where
        F: Finish<S, B>,
        S: Below<B>,
        A: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let deadline = timeout.and_then(|timeout| now().checked_add(timeout));
        match method.kind() {
            CallKind::UnaryUnary => {
                self.run::<UnaryUnary, F, S, A, B>(method, request, deadline, below)
            }
            CallKind::UnaryStream => {
                self.run::<UnaryStream, F, S, A, B>(method, request, deadline, below)
            }
            CallKind::StreamUnary => {
                self.run::<StreamUnary, F, S, A, B>(method, request, deadline, below)
            }
            CallKind::StreamStream => {
                self.run::<StreamStream, F, S, A, B>(method, request, deadline, below)
            }
        }
    }

    /// The one box around the chain. It owns the service, the chain and the call; the links borrow from it.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: a request is large to hand through one more function"
    )]
    fn run<T, F, S, A, B>(
        &self,
        method: Method,
        request: Request<A>,
        deadline: Option<Instant>,
        below: Readied<'_, S>,
    ) -> ResponseFuture<B, F::Error>
    where
        T: CallType,
        F: Finish<S, B>,
        S: Below<B>,
        A: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let facts = Facts::arriving(self.side, deadline, self.settings);
        let content = |body| Content::raw(into_tonic_body(body));
        let mut call = Call::<T>::assemble(method, facts, request, content);
        if let Some(pool) = &self.blocking_pool {
            call.extensions_mut().insert(pool.clone());
        }
        let chain = Arc::clone(&self.chain);
        // the box first: what goes into it is then made where it stays
        let future = Box::new_uninit();
        let slot = below.take();
        let call = async move {
            match chain.enter::<T, _>(call, Terminal::new(&slot)).await {
                Ok(reply) => Ok(reply),
                Err(status) => Err(Box::new(F::error(status, &slot))),
            }
        };
        let end = PhantomData::<fn() -> F>;
        let future = Box::write(future, Leaving { call, end });
        Box::into_pin(future)
    }
}

impl<C> Clone for Edge<C> {
    fn clone(&self) -> Self {
        Self {
            chain: Arc::clone(&self.chain),
            methods: self.methods.clone(),
            blocking_pool: self.blocking_pool.clone(),
            ..*self
        }
    }
}

impl<C: Interceptor> fmt::Debug for Edge<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut description = Description::default();
        self.chain.describe(&mut description);
        write!(f, "{description}")
    }
}

// === impl Leaving ===

impl<C, F, T, B, E> Future for Leaving<C, F>
where
    C: Future<Output = Result<Reply<T>, Box<Result<Response<ReplyBody<B>>, E>>>>,
    F: End,
    T: CallType,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let reply = match ready!(self.project().call.poll(cx)) {
            Ok(reply) => reply,
            Err(other) => return Poll::Ready(*other),
        };
        Poll::Ready(Ok(leave(reply, F::SIDE)))
    }
}

/// Takes the response out of its box, which goes on as its body if anything was done to that.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "measured: the call costs as much as what it does, and every call pays"
)]
fn leave<T: CallType, B>(reply: Reply<T>, side: Side) -> Response<ReplyBody<B>> {
    let mut exchange = reply.into_exchange();
    if let Some(body) = exchange.response_payload().content().take_plain() {
        let head = exchange.take_response();
        return Response::from_parts(head, ReplyBody::streamed(body, side));
    }
    exchange.depart(side);
    let head = exchange.take_response();
    Response::from_parts(head, ReplyBody::intercepted(exchange))
}

/// The service below a chain, and what it said of its readiness.
///
/// Readiness of ours forwards Pending and never fails: an error is kept and comes out of `next.run`, or the chain would be
/// passed by.
pub(super) fn poll_ready<S: Service<Request<Body>>>(
    service: &mut S,
    failed: &mut Option<S::Error>,
    cx: &mut Context<'_>,
) -> Poll<()> {
    if failed.is_some() {
        return Poll::Ready(());
    }
    service.poll_ready(cx).map(|ready| *failed = ready.err())
}

/// A service that was made ready, or the error that it is unusable for, where they stand.
pub(super) struct Readied<'a, S: Service<Request<Body>>> {
    pub(super) service: &'a mut S,
    pub(super) failed: &'a mut Option<S::Error>,
}

impl<S: Service<Request<Body>> + Clone> Readied<'_, S> {
    /// Takes it, leaving a clone in its place.
    #[inline]
    pub(super) fn take(self) -> Slot<S> {
        let clone = self.service.clone();
        let ready = mem::replace(self.service, clone);
        let first = self.failed.take().map_or(First::Ready, First::Failed);
        Slot::new(ready, first)
    }
}

const GRPC_TIMEOUT: &str = "grpc-timeout";

/// What the edge reads of a request's headers, in one walk over them.
#[derive(Debug, Default)]
pub(super) struct Glance {
    pub(super) timeout: Option<Duration>,
    pub(super) grpc_web: bool,
}

impl Glance {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: the call costs as much as what it does, and every call pays"
    )]
    pub(super) fn at(headers: &HeaderMap) -> Self {
        let mut glance = Self::default();
        let mut timeouts = 0;
        for (name, value) in headers {
            if *name == CONTENT_TYPE {
                glance.grpc_web |= value.as_bytes().starts_with(b"application/grpc-web");
            } else if name.as_str() == GRPC_TIMEOUT {
                timeouts += 1;
                if timeouts == 1 {
                    glance.timeout = parse_timeout(value); // of several, tonic takes the first
                }
            }
        }
        glance
    }
}

/// The last two segments: a generated client that has an origin with a path puts that before the method's.
fn without_prefix(path: &str) -> &str {
    let slash = |path: &str| path.rfind('/').unwrap_or(0);
    &path[slash(&path[..slash(path)])..]
}

/// `/service/method`: what tonic's routes take to a service, and a service to a handler.
fn is_method_path(path: &str) -> bool {
    let mut segments = path.split('/');
    segments.next() == Some("")
        && segments.next().is_some_and(|service| !service.is_empty())
        && segments.next().is_some_and(|method| !method.is_empty())
        && segments.next().is_none()
}
