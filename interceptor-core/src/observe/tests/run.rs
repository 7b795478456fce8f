use std::panic::AssertUnwindSafe;

use bytes::Bytes;
use futures_util::{FutureExt as _, future::poll_immediate, stream};
use http::{HeaderMap, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};
use tonic::{Code, Status, body::Body};
use tower::{Layer as _, Service, ServiceExt as _, util::BoxCloneService};

use super::{
    Wants,
    peer::{Peer, wire},
};
use crate::{CallKind, ClientLayer, Interceptor, Methods, ServerLayer, Side};

/// A call type on a side.
#[derive(Debug, Clone, Copy)]
pub(super) struct Case {
    pub(super) kind: CallKind,
    pub(super) side: Side,
}

/// What the caller does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    ReadsAll,
    /// It has polled the call once.
    DropsTheCall,
    /// It has read this many frames.
    DropsTheBody(usize),
}

/// What the caller saw.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seen {
    pub(super) headers: Option<HeaderMap>,
    pub(super) frames: Vec<Bytes>,
    pub(super) trailers: Option<HeaderMap>,
    pub(super) error: Option<Code>,
    pub(super) panicked: bool,
}

type Channel = BoxCloneService<Request<Body>, Response<Body>, Status>;

/// All four call types on both sides.
pub(super) fn cases() -> impl Iterator<Item = Case> {
    let sides = [Side::Client, Side::Server];
    sides
        .into_iter()
        .flat_map(|side| CallKind::ALL.map(|kind| Case { kind, side }))
}

/// Makes a call through a chain.
pub(super) async fn run(case: Case, chain: impl Interceptor, peer: Peer, caller: Caller) -> Seen {
    send(case.channel(chain, peer), case.request(), caller).await
}

/// Sends a request, and does with the call what `caller` says.
pub(super) async fn send(channel: Channel, request: Request<Body>, caller: Caller) -> Seen {
    let call = AssertUnwindSafe(async move {
        let mut call = channel.oneshot(request);
        if caller == Caller::DropsTheCall {
            assert!(poll_immediate(&mut call).await.is_none(), "it hangs");
            return Seen::default();
        }
        match call.await {
            Ok(response) => read(response, caller).await,
            Err(status) => Seen {
                error: Some(status.code()),
                ..Seen::default()
            },
        }
    });
    call.catch_unwind().await.unwrap_or_else(|_| Seen {
        panicked: true,
        ..Seen::default()
    })
}

pub(super) fn boxed<S, B>(service: S) -> Channel
where
    S: Service<Request<Body>, Response = Response<B>, Error = Status, Future: Send>,
    S: Clone + Send + 'static,
    B: http_body::Body<Data = Bytes, Error: Into<crate::status::BoxError>> + Send + 'static,
{
    BoxCloneService::new(service.map_response(|response| response.map(Body::new)))
}

async fn read(response: Response<Body>, caller: Caller) -> Seen {
    let (parts, mut body) = response.into_parts();
    let mut seen = Seen {
        headers: Some(parts.headers),
        ..Seen::default()
    };
    while caller != Caller::DropsTheBody(seen.frames.len())
        && let Some(frame) = body.frame().await
    {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) => seen.frames.push(data),
            Ok(Err(frame)) => seen.trailers = frame.into_trailers().ok(),
            Err(status) => seen.error = Some(status.code()),
        }
    }
    seen
}

// === impl Case ===

impl Case {
    pub(super) fn channel(self, chain: impl Interceptor, peer: Peer) -> Channel {
        let methods = Self::methods();
        match self.side {
            Side::Client => boxed(ClientLayer::new(chain, &methods).unwrap().layer(peer)),
            Side::Server => boxed(ServerLayer::new(chain, &methods).unwrap().layer(peer)),
        }
    }

    /// The same for layers that show messages up to 64 bytes.
    pub(super) fn small_channel(self, chain: impl Interceptor, peer: Peer) -> Channel {
        let methods = Self::methods();
        match self.side {
            Side::Client => {
                let layer = ClientLayer::new(chain, &methods).unwrap();
                boxed(layer.max_message_size(64).max_settled_bytes(8).layer(peer))
            }
            Side::Server => {
                let layer = ServerLayer::new(chain, &methods).unwrap();
                boxed(layer.max_message_size(64).max_settled_bytes(8).layer(peer))
            }
        }
    }

    pub(super) fn request(self) -> Request<Body> {
        let messages = (0..self.requests()).map(|index| wire(&format!("request {index}")));
        self.request_of(messages.collect())
    }

    /// A request of these frames.
    pub(super) fn request_of(self, frames: Vec<Bytes>) -> Request<Body> {
        let frames = frames
            .into_iter()
            .map(|frame| Ok::<_, Status>(Frame::data(frame)));
        Request::post(self.path())
            .header("content-type", "application/grpc")
            .body(Body::new(StreamBody::new(stream::iter(
                frames.collect::<Vec<_>>(),
            ))))
            .unwrap()
    }

    pub(super) fn path(self) -> String {
        format!("/test.Test/{}", self.kind)
    }

    /// How many request messages there are.
    pub(super) fn requests(self) -> usize {
        if self.kind.client_streaming() { 3 } else { 1 }
    }

    /// How many messages a peer sends that does well.
    pub(super) fn replies(self) -> usize {
        if self.kind.server_streaming() { 2 } else { 1 }
    }

    pub(super) fn is_unary(self) -> bool {
        !self.kind.server_streaming()
    }

    fn methods() -> Methods {
        let kinds = CallKind::ALL.into_iter();
        kinds
            .fold(Methods::builder(), |methods, kind| {
                methods.method(format!("/test.Test/{kind}"), kind)
            })
            .build()
            .unwrap()
    }

    /// The events of a call, as a [`Recorder`](super::Recorder) writes them down.
    pub(super) fn events(
        self,
        wants: Wants,
        requests: usize,
        headers: bool,
        responses: usize,
        code: Code,
    ) -> Vec<String> {
        let shown = |name: &'static str, length: usize| {
            move |index: usize| match wants {
                Wants::Messages => format!("{name} {index}"),
                _ => length.to_string(),
            }
        };
        let (requests, responses) = match wants {
            Wants::Nothing => (0, 0),
            _ => (requests, responses),
        };
        let mut events = vec![format!("start {}", self.path())];
        events.extend(
            (0..requests)
                .map(shown("request", 16))
                .map(|m| format!("> {m}")),
        );
        events.extend(headers.then(|| "headers here".to_owned()));
        events.extend(
            (0..responses)
                .map(shown("reply", 14))
                .map(|m| format!("< {m}")),
        );
        events.push(format!("end {code:?} {requests} {responses}"));
        events
    }
}
