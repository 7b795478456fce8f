//! What a chain stands around, and the two layers around that.

use grpc_interceptor::{
    ClientLayer, InterceptedClient, InterceptedServer, Interceptor, Methods, ServerLayer,
};
use http::Request;
use testproto::echo::echo_server::EchoServer;
use tonic::{body::Body, service::Routes};
use tower_layer::Layer as _;
use tower_service::Service;

use crate::Echo;

/// The generated service by itself. Its streamed replies have a frame each.
#[must_use]
pub fn generated() -> EchoServer<Echo> {
    EchoServer::new(Echo::OneByOne)
}

/// The same, its streamed replies in frames as full as tonic makes them.
#[must_use]
pub fn full_frames() -> EchoServer<Echo> {
    EchoServer::new(Echo::AtOnce)
}

/// The router that tonic's server puts in front of its services.
#[must_use]
pub fn routes() -> Routes {
    Routes::new(generated()).prepare()
}

/// A chain on the server's side.
///
/// # Panics
///
/// If the chain does not fit the table: a scenario is written so that it does.
pub fn server<C, S>(chain: C, service: S) -> InterceptedServer<S, C>
where
    C: Interceptor,
    S: Service<Request<Body>>,
{
    let layer = ServerLayer::new(chain, &methods()).expect("a chain that fits the table");
    layer.layer(service)
}

/// A chain on the client's side.
///
/// # Panics
///
/// If the chain does not fit the table: a scenario is written so that it does.
pub fn client<C, S>(chain: C, service: S) -> InterceptedClient<S, C>
where
    C: Interceptor,
    S: Service<Request<Body>>,
{
    let layer = ClientLayer::new(chain, &methods()).expect("a chain that fits the table");
    layer.layer(service)
}

/// The table of the scenarios' services.
///
/// # Panics
///
/// If the descriptors of this repository's own services cannot be read.
#[must_use]
pub fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).expect("our own descriptors")
}
