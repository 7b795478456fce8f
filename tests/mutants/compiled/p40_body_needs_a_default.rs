//! A layer that answers with an empty body of the type below, when it turns a call away: few bodies have one.

#[path = "shared/mod.rs"]
mod shared;

use std::{
    future::Ready,
    task::{Context, Poll},
};

use tonic::service::Routes;
use tower::{Layer, Service};

#[derive(Clone, Debug)]
struct TurnsAway<S>(S);

#[derive(Clone, Debug)]
struct TurnAway;

impl<S> Layer<S> for TurnAway {
    type Service = TurnsAway<S>;

    fn layer(&self, service: S) -> TurnsAway<S> {
        TurnsAway(service)
    }
}

impl<S, R, B> Service<http::Request<R>> for TurnsAway<S>
where
    S: Service<http::Request<R>, Response = http::Response<B>>,
    B: Default,
{
    type Response = http::Response<B>;
    type Error = S::Error;
    type Future = Ready<Result<Self::Response, S::Error>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, _: http::Request<R>) -> Self::Future {
        std::future::ready(Ok(http::Response::default()))
    }
}

fn main() {
    let mut server = shared::between_others!(TurnAway, Routes::default());
    let _ = server.call(http::Request::new(tonic::body::Body::empty()));
}
