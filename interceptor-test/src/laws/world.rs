//! A caller, a connection, a service, and the layer that is looked at, between two gauges.

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body as HttpBody;
use interceptor_core::{
    Side,
    tonic::{Code, Status, body::Body},
};
use tower::{Service as _, ServiceExt as _};

use super::{
    body::Read,
    events::Events,
    gauge::{Between, Gauge},
    scene::{Chain, Scene, Svc},
};
use crate::failure::BoxError;

/// A service of one function.
pub(super) fn service<F, R>(answer: F) -> Svc
where
    F: Fn(Request<Body>) -> R + Clone + Send + 'static,
    R: Future<Output = Result<Response<Body>, BoxError>> + Send + 'static,
{
    Svc::new(tower::service_fn(answer))
}

/// The body of a request.
pub trait Sent: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static {}

impl<B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static> Sent for B {}

/// What a law looks at.
#[derive(Debug)]
pub struct World<'a> {
    pub(super) scene: &'a Scene,
    /// tonic's channel, or the layer around it.
    pub caller: Svc,
    pub(super) above: Gauge,
    pub(super) below: Gauge,
    pub(super) between: Between,
    pub(super) events: Events,
}

// === impl World ===

impl<'a> World<'a> {
    /// The layer stands on the scene's side, around the channel or around `handler`.
    pub async fn new(scene: &'a Scene, chain: Chain, handler: Svc) -> Self {
        let side = scene.case.side();
        Self::layered(scene, handler, |below| scene.way.layer(side, chain, below)).await
    }

    /// Without a layer: what to compare with.
    pub(super) async fn bare(scene: &'a Scene, handler: Svc) -> Self {
        Self::layered(scene, handler, |below| below).await
    }

    async fn layered(scene: &'a Scene, handler: Svc, layer: impl FnOnce(Svc) -> Svc) -> Self {
        let (events, between) = (Events::default(), Between::default());
        let [above, below] =
            ["above", "below"].map(|name| Gauge::new(name, &events, &between, &scene.ground));
        let stack = |under: Svc| above.around(layer(below.around(under)));
        let caller = match scene.case.side() {
            Side::Client => stack(scene.ground.connect(handler).await),
            Side::Server => scene.ground.connect(stack(handler)).await,
        };
        Self {
            scene,
            caller,
            above,
            below,
            between,
            events,
        }
    }

    /// A request of the scene's call type, with what all requests carry.
    pub(super) fn request<B: Sent>(&self, body: B) -> Request<Body> {
        let mut request = Request::post(self.scene.uri(self.scene.path()))
            .version(http::Version::HTTP_2)
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(Body::new(body))
            .expect("the path is one");
        self.scene.promises.equip(&mut request);
        request
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Result<Response<Body>, Status> {
        self.scene.visit();
        let mut caller = self.caller.clone();
        let ready = caller.ready().await.map_err(Status::from_error)?;
        ready.call(request).await.map_err(Status::from_error)
    }

    /// Whether nothing below was called, which some may do.
    pub(super) fn is_answered(&self) -> bool {
        self.scene.promises.may_answer && self.below.read().calls == 0
    }

    /// Calls the method of the scene's type, up to the response's headers.
    pub(super) async fn open<B: Sent>(&self, body: B) -> Result<Response<Body>, Status> {
        self.send(self.request(body)).await
    }

    /// The same; nothing if the call was answered before it reached what is below, by one who may.
    pub(super) async fn reach<B: Sent>(&self, body: B) -> Result<Option<Response<Body>>, String> {
        match self.open(body).await {
            _ if self.is_answered() => Ok(None),
            Ok(response) => Ok(Some(response)),
            Err(status) => Err(status.to_string()),
        }
    }

    /// Calls it, and reads the response to its end. What came of it: the code, and the texts of the messages.
    pub async fn call<B: Sent>(&self, body: B) -> (Code, Vec<String>) {
        match self.open(body).await {
            Err(status) => (status.code(), Vec::new()),
            Ok(response) => read(response).await,
        }
    }
}

/// Reads a response to its end.
pub(super) async fn read(response: Response<Body>) -> (Code, Vec<String>) {
    let (parts, body) = response.into_parts();
    let read = Read::to_end(body).await;
    let code = |headers: &http::HeaderMap| {
        let code = headers.get("grpc-status")?;
        Some(Code::from_bytes(code.as_bytes()))
    };
    let code = match (&read.broken, code(&parts.headers)) {
        (Some(_), _) => Code::Unknown,
        (None, Some(code)) => code,
        (None, None) => read
            .trailers
            .as_ref()
            .and_then(code)
            .unwrap_or(Code::Unknown),
    };
    (code, read.texts())
}
