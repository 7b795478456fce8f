//! What the tests of this crate share: services that do as they are told, calls of all four types, and what came of them.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod body;
pub(crate) mod caller;
pub(crate) mod chain;
pub(crate) mod echo;
pub(crate) mod net;
pub(crate) mod tap;
pub(crate) mod world;

use http::{Request, Response};
use interceptor_core::{
    CallKind, ClientLayer, ConfigError, Interceptor, Methods, ServerLayer, Side,
};
use tonic::body::Body;
use tower::{Layer as _, Service, ServiceExt as _, util::BoxCloneService};

/// What a service of ours fails with.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What stands above or below a chain, its type erased.
pub(crate) type Svc = BoxCloneService<Request<Body>, Response<Body>, BoxError>;

/// Both ends that a chain can stand on.
pub(crate) const SIDES: [Side; 2] = [Side::Client, Side::Server];

/// Each call type on each side.
pub(crate) fn everywhere() -> impl Iterator<Item = (CallKind, Side)> {
    CallKind::ALL
        .into_iter()
        .flat_map(|kind| SIDES.map(|side| (kind, side)))
}

/// The method of that call type.
pub(crate) fn path(kind: CallKind) -> &'static str {
    match kind {
        CallKind::UnaryUnary => "/echo.v1.Echo/UnaryEcho",
        CallKind::UnaryStream => "/echo.v1.Echo/ServerStream",
        CallKind::StreamUnary => "/echo.v1.Echo/ClientStream",
        CallKind::StreamStream => "/echo.v1.Echo/BidiStream",
    }
}

/// The table that has all of them.
pub(crate) fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}

/// Erases the type of a service.
pub(crate) fn erase<S, B>(service: S) -> Svc
where
    S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
    B: http_body::Body<Data = bytes::Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let service = service.map_response(|response| response.map(Body::new));
    BoxCloneService::new(service.map_err(Into::into))
}

/// A service of one function.
pub(crate) fn service<F, R>(answer: F) -> Svc
where
    F: Fn(Request<Body>) -> R + Clone + Send + 'static,
    R: Future<Output = Result<Response<Body>, BoxError>> + Send + 'static,
{
    erase(tower::service_fn(answer))
}

/// A chain on one side: around what is the channel, or around what is the server.
pub(crate) fn around(side: Side, chain: impl Interceptor, below: Svc) -> Svc {
    Edge::new(side, chain).around(below)
}

/// A layer of either side.
pub(crate) enum Edge<C> {
    Client(ClientLayer<C>),
    Server(ServerLayer<C>),
}

impl<C: Interceptor> Edge<C> {
    pub(crate) fn new(side: Side, chain: C) -> Self {
        Self::with_methods(side, chain, &methods()).unwrap()
    }

    pub(crate) fn with_methods(
        side: Side,
        chain: C,
        methods: &Methods,
    ) -> Result<Self, ConfigError> {
        Ok(match side {
            Side::Client => Self::Client(ClientLayer::new(chain, methods)?),
            Side::Server => Self::Server(ServerLayer::new(chain, methods)?),
        })
    }

    pub(crate) fn max_message_size(self, bytes: usize) -> Self {
        match self {
            Self::Client(layer) => Self::Client(layer.max_message_size(bytes)),
            Self::Server(layer) => Self::Server(layer.max_message_size(bytes)),
        }
    }

    pub(crate) fn max_settled_bytes(self, bytes: usize) -> Self {
        match self {
            Self::Client(layer) => Self::Client(layer.max_settled_bytes(bytes)),
            Self::Server(layer) => Self::Server(layer.max_settled_bytes(bytes)),
        }
    }

    pub(crate) fn around<S, B>(&self, below: S) -> Svc
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError> + Send>
            + Clone
            + Send
            + 'static,
        S::Future: Send,
        B: http_body::Body<Data = bytes::Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        match self {
            Self::Client(layer) => erase(layer.layer(below)),
            Self::Server(layer) => erase(layer.layer(below)),
        }
    }
}
