//! A caller, a connection, a service, and the layer that is looked at, between two gauges.

use std::cell::RefCell;

use http::{Request, Response};
use interceptor_core::{BoxInterceptor, Side};
use tonic::{Code, Status, body::Body};
use tower::{Service as _, ServiceExt as _};

use crate::{
    cell::Cell,
    events::Events,
    gauge::{Between, Gauge},
    mutants::Subject,
    support::{Svc, body::Read, path},
};

/// What a law looks at.
pub(crate) struct World {
    pub(crate) cell: Cell,
    /// tonic's channel, or the layer around it.
    pub(crate) caller: Svc,
    pub(crate) above: Gauge,
    pub(crate) below: Gauge,
    pub(crate) between: Between,
    pub(crate) events: Events,
}

thread_local! {
    /// The cells that calls were made in, on this thread.
    static VISITED: RefCell<Vec<Cell>> = const { RefCell::new(Vec::new()) };
}

/// The cells that calls were made in since this was asked last.
pub(crate) fn visited() -> Vec<Cell> {
    VISITED.take()
}

/// Says that a call is made there.
pub(crate) fn visit(cell: Cell) {
    VISITED.with_borrow_mut(|visited| visited.push(cell));
}

// === impl World ===

impl World {
    /// The layer stands on the cell's side, around the channel or around `handler`.
    pub(crate) async fn new(
        cell: Cell,
        subject: &Subject,
        chain: Vec<BoxInterceptor>,
        handler: Svc,
    ) -> Self {
        Self::layered(cell, handler, |below| {
            subject.layer(cell.side, chain, below)
        })
        .await
    }

    /// Without a layer: what to compare with.
    pub(crate) async fn bare(cell: Cell, handler: Svc) -> Self {
        Self::layered(cell, handler, |below| below).await
    }

    async fn layered(cell: Cell, handler: Svc, layer: impl FnOnce(Svc) -> Svc) -> Self {
        let (events, between) = (Events::default(), Between::default());
        let above = Gauge::new("above", &events, &between);
        let below = Gauge::new("below", &events, &between);
        let stack = |under: Svc| above.around(layer(below.around(under)));
        let caller = match cell.side {
            Side::Client => stack(cell.transport.connect(handler).await),
            Side::Server => cell.transport.connect(stack(handler)).await,
        };
        Self {
            cell,
            caller,
            above,
            below,
            between,
            events,
        }
    }

    pub(crate) fn request(&self, body: Body) -> Request<Body> {
        let request = Request::post(format!("http://peer.test{}", path(self.cell.kind)))
            .version(http::Version::HTTP_2)
            .header("content-type", "application/grpc")
            .header("te", "trailers");
        request.body(body).unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Result<Response<Body>, Status> {
        visit(self.cell);
        let mut caller = self.caller.clone();
        let ready = caller.ready().await.map_err(Status::from_error)?;
        ready.call(request).await.map_err(Status::from_error)
    }

    /// Calls the method of the cell's type, up to the response's headers.
    pub(crate) async fn open(&self, body: Body) -> Result<Response<Body>, Status> {
        self.send(self.request(body)).await
    }

    /// Calls it, and reads the response to its end. What came of it: the code, and the texts of the messages.
    pub(crate) async fn call(&self, body: Body) -> (Code, Vec<String>) {
        match self.open(body).await {
            Err(status) => (status.code(), Vec::new()),
            Ok(response) => read(response).await,
        }
    }
}

/// Reads a response to its end.
pub(crate) async fn read(response: Response<Body>) -> (Code, Vec<String>) {
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
