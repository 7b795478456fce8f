//! A client of a web page lives on one thread: its service is not `Send`.

use std::{convert::Infallible, future::Ready, rc::Rc, task::{Context, Poll}};

use grpc_interceptor::{ClientLayer, Identity};
use testproto::echo::echo_client::EchoClient;
use tonic::body::Body;
use tower::Service;

#[derive(Clone)]
struct Fetch(Rc<()>);

impl Service<http::Request<Body>> for Fetch {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: http::Request<Body>) -> Self::Future {
        std::future::ready(Ok(http::Response::default()))
    }
}

fn client(layer: &ClientLayer<Identity>) {
    let fetch = Fetch(Rc::default());
    let _ = EchoClient::new(layer.layer(fetch));
}

fn main() {}
