//! A client of a web page lives on one thread: its service is not `Send`, and says so here.

use std::{convert::Infallible, rc::Rc};

use grpc_interceptor::{ClientLayer, Identity, Methods};
use testproto::echo::{EchoRequest, echo_client::EchoClient};
use tonic::body::Body;
use tower::{Layer, service_fn};

async fn call(methods: &Methods) {
    let page = Rc::new(());
    let fetch = service_fn(move |_: http::Request<Body>| {
        let page = page.clone();
        async move {
            drop(page);
            Ok::<_, Infallible>(http::Response::new(Body::empty()))
        }
    });
    let layer = ClientLayer::new(Identity, methods).unwrap();
    let mut client = EchoClient::new(layer.layer(fetch));
    let _ = client.unary_echo(EchoRequest::default()).await;
}

fn main() {}
