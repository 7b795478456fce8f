//! The two ways to be asked about: an interceptor in a layer of ours, and a layer.

use std::sync::Arc;

use http::Response;
use http_body::Body as HttpBody;
use interceptor_core::{
    BoxInterceptor, ClientLayer, ConfigError, Description, ExtensionType, Interceptor, Methods,
    ServerLayer, Side, tonic::body::Body,
};
use tower::{Layer, Service, ServiceExt as _};

use super::scene::{Chain, Svc, Way};
use crate::{failure::BoxError, harness::Shared};

/// Makes an interceptor for each layer.
type Make<I> = Box<dyn Fn() -> Arc<I> + Send + Sync>;

/// An interceptor between what a law puts outside and inside of it.
pub(super) struct OneOf<I> {
    make: Make<I>,
    methods: Methods,
}

/// Someone's layer.
pub(super) struct SomeLayer<F> {
    pub(super) name: String,
    pub(super) layer: F,
}

// === impl OneOf ===

impl<I: Interceptor> OneOf<I> {
    pub(super) fn new(make: impl Fn() -> Arc<I> + Send + Sync + 'static, methods: Methods) -> Self {
        let make = Box::new(make);
        Self { make, methods }
    }
}

impl<I: Interceptor> Way for OneOf<I> {
    fn name(&self) -> String {
        let mut description = Description::default();
        (self.make)().describe(&mut description);
        match description.to_string() {
            name if name.is_empty() => last_of(std::any::type_name::<I>()).to_owned(),
            name => name,
        }
    }

    fn layer(&self, side: Side, chain: Chain, below: Svc) -> Svc {
        let interceptor = Shared::anywhere((self.make)());
        let chain = (chain.outside, interceptor, chain.inside);
        let layered = match side {
            Side::Client => {
                ClientLayer::new(chain, &self.methods).map(|layer| around(&layer, below))
            }
            Side::Server => {
                ServerLayer::new(chain, &self.methods).map(|layer| around(&layer, below))
            }
        };
        layered.unwrap_or_else(|error| panic!("no layer can be made of this interceptor: {error}"))
    }

    fn provides(&self, side: Side) -> Vec<ExtensionType> {
        I::ORDER.provided_on(side)
    }

    fn fits(&self, side: Side) -> Result<(), ConfigError> {
        (self.make)().check(&self.methods, side)
    }
}

/// The name of a type without its path.
fn last_of(path: &str) -> &str {
    let arguments = path.find('<').unwrap_or(path.len());
    let start = path[..arguments].rfind("::").map_or(0, |at| at + 2);
    &path[start..]
}

fn around<L, S, B>(layer: &L, below: Svc) -> Svc
where
    L: Layer<Svc, Service = S>,
    S: Service<http::Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: HttpBody<Data = bytes::Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let layered = layer.layer(below);
    let layered = layered.map_response(|response| response.map(Body::new));
    Svc::new(layered.map_err(Into::into))
}

// === impl SomeLayer ===

impl<F> Way for SomeLayer<F>
where
    F: Fn(Side, Vec<BoxInterceptor>, Svc) -> Svc + Send + Sync,
{
    fn name(&self) -> String {
        self.name.clone()
    }

    fn layer(&self, side: Side, chain: Chain, below: Svc) -> Svc {
        (self.layer)(side, chain.all(), below)
    }
}
