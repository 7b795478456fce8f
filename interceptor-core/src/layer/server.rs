use std::{
    fmt,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{
    HeaderName, Request, Response,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING},
};
use tonic::{Status, body::Body, server::NamedService};
use tower_layer::Layer;
use tower_service::Service;

use super::{
    GRPC_CONTENT_TYPE, ReplyBody, Unknown,
    common::{common, setters},
    edge::{self, Below, Edge, End, Finish, Glance, Readied, ResponseFuture},
    slot::Slot,
    terminal::into_tonic_body,
};
use crate::{
    ConfigError, Interceptor, Methods, Side,
    status::{BoxError, wire},
};

/// A chain around a server: all its services with `Server::builder().layer(…)`, or one generated service.
///
/// A request is intercepted if its path can reach a gRPC service: it is in the table, or of the form `/service/method`,
/// whatever the HTTP method, because generated services run handlers for all of them. Anything else passes by untouched.
/// Where pages with such paths stand beside gRPC services, the layer belongs around the services.
/// `Err(status)` becomes an answer without messages, with
/// metadata and details.
///
/// # Errors
///
/// The services it makes answer INTERNAL to grpc-web requests, which means that they stand outside of tonic-web's layer and
/// have to stand inside; all else comes from the chain and from what is below.
pub struct ServerLayer<C> {
    edge: Edge<C>,
}

/// A service with a chain around it: what [`ServerLayer`] makes. It has the name of the service, and its error.
pub struct InterceptedServer<S: Service<Request<Body>>, C> {
    inner: S,
    edge: Edge<C>,
    failed: Option<S::Error>,
}

// === impl ServerLayer ===

impl<C: Interceptor> ServerLayer<C> {
    /// The chain, with the table that tells call types.
    ///
    /// # Errors
    ///
    /// What the chain is configured wrongly for, such as a pattern that matches no method of the table.
    pub fn new(chain: C, methods: &Methods) -> Result<Self, ConfigError> {
        const { C::ORDER.check_layer(Side::Server) };
        let edge = Edge::new(chain, methods, Side::Server)?;
        Ok(Self { edge })
    }

    setters!();
}

common!(ServerLayer, InterceptedServer);

// === impl InterceptedServer ===

impl<S, C, ReqBody, ResBody> Service<Request<ReqBody>> for InterceptedServer<S, C>
where
    C: Interceptor,
    S: Service<Request<Body>, Response = Response<ResBody>> + Clone + Send + 'static,
    S::Error: Into<BoxError> + Send + 'static,
    S::Future: Send,
    ReqBody: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    ResBody: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<ReplyBody<ResBody>>;
    type Error = S::Error;
    type Future = ResponseFuture<ResBody, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
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
            return Box::pin(async move { Ok(slot.send(request).await?.map(ReplyBody::passed)) });
        };
        let glance = Glance::at(request.headers());
        if glance.grpc_web {
            return Box::pin(std::future::ready(Ok(refuse(&stands_outside()))));
        }
        self.edge
            .intercept::<ToPeer, S, ReqBody, ResBody>(method, request, glance.timeout, below)
    }
}

impl<S: Service<Request<Body>> + NamedService, C> NamedService for InterceptedServer<S, C> {
    const NAME: &'static str = S::NAME;
}

/// The server's end: a status becomes an answer without messages.
struct ToPeer;

impl End for ToPeer {
    const SIDE: Side = Side::Server;
}

impl<S: Below<B>, B> Finish<S, B> for ToPeer {
    type Error = S::Error;

    /// An error that nobody changed leaves with the parts it came in with.
    fn error(status: Status, slot: &Slot<S>) -> Result<Response<ReplyBody<B>>, S::Error> {
        Ok(match slot.unchanged(&status) {
            Some(rejected) => rejected
                .into_response(Side::Server)
                .map(|body| ReplyBody::intercepted(Box::new(body))),
            None => refuse(&status),
        })
    }
}

/// A status as an answer without messages. It is in the extensions too, where tonic leaves it, so that layers above see
/// its source.
fn refuse<B>(status: &Status) -> Response<ReplyBody<B>> {
    let mut response = Response::new(ReplyBody::default());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, GRPC_CONTENT_TYPE);
    wire::into_headers(status, response.headers_mut());
    for header in OF_A_BODY {
        response.headers_mut().remove(header);
    }
    response.extensions_mut().insert(status.clone());
    response
}

/// Headers that speak of a body, which an answer without messages has none of: a status that came of an HTTP error has
/// that error's.
const OF_A_BODY: [HeaderName; 3] = [CONTENT_LENGTH, CONTENT_ENCODING, TRANSFER_ENCODING];

fn stands_outside() -> Status {
    Status::internal(
        "a grpc-web request reached a `ServerLayer`: put the layer inside of tonic-web's `GrpcWebLayer`, which speaks gRPC to what is below it",
    )
}
