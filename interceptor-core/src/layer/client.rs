use std::{
    fmt,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{Request, Response};
use tonic::{Status, body::Body};
use tower_layer::Layer;
use tower_service::Service;

use super::{
    ReplyBody, Unknown,
    common::{common, setters},
    edge::{self, Below, Edge, End, Finish, Glance, Readied, ResponseFuture},
    slot::Slot,
    terminal::into_tonic_body,
};
use crate::{
    ConfigError, Interceptor, Methods, Side,
    status::{self, BoxError},
};

/// A chain around a client's channel: tonic's `Channel`, or any tower service that a generated client takes.
///
/// `Err(status)` of the chain is the service's error, so that its source survives up to the caller.
pub struct ClientLayer<C> {
    edge: Edge<C>,
}

/// A channel with a chain around it: what [`ClientLayer`] makes, for a generated client to take.
///
/// It can stand in a struct field: `EchoClient<InterceptedClient<Channel, Edge>>`.
pub struct InterceptedClient<S: Service<Request<Body>>, C> {
    inner: S,
    edge: Edge<C>,
    failed: Option<S::Error>,
}

// === impl ClientLayer ===

impl<C: Interceptor> ClientLayer<C> {
    /// The chain, with the table that tells call types.
    ///
    /// # Errors
    ///
    /// What the chain is configured wrongly for, such as a pattern that matches no method of the table.
    pub fn new(chain: C, methods: &Methods) -> Result<Self, ConfigError> {
        const { C::ORDER.check_layer(Side::Client) };
        let edge = Edge::new(chain, methods, Side::Client)?;
        Ok(Self { edge })
    }

    /// The channel with the chain around it.
    pub fn layer<S: Service<Request<Body>>>(&self, channel: S) -> InterceptedClient<S, C> {
        Layer::layer(self, channel)
    }

    setters!();
}

common!(ClientLayer, InterceptedClient);

// === impl InterceptedClient ===

impl<S, C, ReqBody, ResBody> Service<Request<ReqBody>> for InterceptedClient<S, C>
where
    C: Interceptor,
    S: Service<Request<Body>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Error: Into<BoxError> + Send + 'static,
    S::Future: Send,
    ReqBody: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    ResBody: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<ReplyBody<ResBody>>;
    type Error = Status;
    type Future = ResponseFuture<ResBody, Status>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>> {
        edge::poll_ready(&mut self.inner, &mut self.failed, cx).map(Ok)
    }

    #[inline]
    fn call(&mut self, request: Request<ReqBody>) -> Self::Future {
        let below = Readied {
            service: &mut self.inner,
            failed: &mut self.failed,
        };
        let Some(method) = self.edge.method(request.uri().path()) else {
            let request = request.map(into_tonic_body);
            let slot = below.take();
            return Box::pin(async move {
                match slot.send(request).await {
                    Ok(response) => Ok(response.map(ReplyBody::passed)),
                    Err(error) => Err(status::transport(error.into(), false)),
                }
            });
        };
        let timeout = Glance::at(request.headers()).timeout;
        self.edge
            .intercept::<ToCaller, S, ReqBody, ResBody>(method, request, timeout, below)
    }
}

/// The client's end: a status is the error of the service.
struct ToCaller;

impl End for ToCaller {
    const SIDE: Side = Side::Client;
}

impl<S: Below<B>, B> Finish<S, B> for ToCaller {
    type Error = Status;

    fn error(status: Status, _: &Slot<S>) -> Result<Response<ReplyBody<B>>, Status> {
        Err(status)
    }
}
