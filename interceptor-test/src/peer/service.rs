use std::{
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use http::{
    HeaderMap, Request, Response,
    header::{CONTENT_TYPE, HeaderValue},
};
use interceptor_core::{
    Side,
    tonic::{Status, body::Body, metadata::MetadataMap},
};
use tower_service::Service;

use super::{
    Peer,
    body::Playing,
    play::{Outlet, Output, Player},
};
use crate::{
    Case, Random, ReadyProbe,
    attempt::{AttemptLog, Attempts},
    failure::BoxError,
    harness::Gate,
    message::FrameReader,
    status,
};

/// A peer as the service below a chain, for one call.
#[derive(Clone)]
pub(crate) struct PeerService {
    setting: Arc<Setting>,
}

/// What a peer needs to know of the call, and where it writes down what it sees.
pub(crate) struct Setting {
    pub(crate) case: Case,
    pub(crate) peer: Arc<Peer>,
    /// How many attempts there were in all calls.
    pub(crate) count: Arc<AtomicUsize>,
    pub(crate) attempts: Attempts,
    pub(crate) gate: Gate,
    /// The seed of where frames are split.
    pub(crate) split: Option<u64>,
}

// === impl PeerService ===

impl PeerService {
    /// The service of a peer; it panics when it is called without readiness.
    pub(crate) fn new(setting: Setting) -> ReadyProbe<Self> {
        let readiness = setting.peer.readiness.clone();
        let setting = Arc::new(setting);
        ReadyProbe::new(Self { setting }).readiness(readiness)
    }

    fn play(&self, request: Request<Body>) -> Playing {
        let (parts, body) = request.into_parts();
        let setting = &self.setting;
        let number = setting.count.fetch_add(1, Ordering::Relaxed) + 1;
        let log = setting.attempts.begin(&parts);
        let metadata = MetadataMap::from_headers(parts.headers);
        let script = setting.peer.attempts.script(number, &metadata);
        let player = self.player(body, log, number);
        let outlet = player.outlet.clone();
        Playing::new(player.play(script), outlet)
    }

    fn player(&self, request: Body, log: AttemptLog, number: usize) -> Player {
        let setting = &self.setting;
        Player {
            case: setting.case,
            request,
            reader: FrameReader::default(),
            outlet: Outlet::default(),
            gate: setting.gate.clone(),
            log,
            trailers: setting.peer.trailers.clone(),
            splits: setting
                .split
                .map(|seed| Random::new(seed.wrapping_add(number as u64))),
            headers_sent: false,
        }
    }
}

impl Setting {
    /// The response that the first thing a script gives is the beginning of.
    fn respond(&self, first: Option<Output>, rest: Playing) -> Result<Response<Body>, BoxError> {
        match first {
            Some(Output::Headers(None)) => Ok(self.response(Body::new(rest))),
            Some(Output::Headers(Some(status))) => Ok(self.answer(status)),
            Some(Output::Error(error)) => Err(error),
            Some(Output::Frame(_)) | None => unreachable!("headers or an error come first"),
        }
    }

    fn response(&self, body: Body) -> Response<Body> {
        let mut response = Response::new(body);
        *response.status_mut() = self.peer.http_status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        overlay(headers, &self.peer.headers);
        response
    }

    /// An answer without messages. On a server the status is in the extensions, too, where tonic leaves it.
    fn answer(&self, status: Status) -> Response<Body> {
        let mut response = self.response(Body::empty());
        overlay(response.headers_mut(), &self.peer.trailers);
        status::write(&status, response.headers_mut());
        if self.case.side() == Side::Server {
            response.extensions_mut().insert(status);
        }
        response
    }
}

/// Puts headers in the place of those of the same name.
fn overlay(headers: &mut HeaderMap, with: &HeaderMap) {
    for name in with.keys() {
        headers.remove(name);
    }
    for (name, value) in with {
        headers.append(name.clone(), value.clone());
    }
}

impl Service<Request<Body>> for PeerService {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let (mut playing, setting) = (self.play(request), Arc::clone(&self.setting));
        Box::pin(async move {
            let first = poll_fn(|cx| playing.poll_next(cx)).await;
            setting.respond(first, playing)
        })
    }
}
