//! With tonic's `channel` and without its `server`, each error of HTTP/2 is UNKNOWN in tonic's eyes. What goes by origins
//! does not notice.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

#[path = "../../interceptor-kit/tests/support/raw.rs"]
mod raw;

use futures_util::stream;
use http::uri::PathAndQuery;
use interceptor_core::{CallKind, ClientLayer, Methods};
use interceptor_kit::retry::Retry;
use raw::{Act, Raw};
use tonic::{Code, Request, Status, client::GrpcService, codegen::StdError};
use tonic_prost::ProstCodec;

/// Messages of both ways: the peer sends back what it gets.
#[derive(Clone, PartialEq, prost::Message)]
struct Text {
    #[prost(string, tag = "1")]
    text: String,
}

const fn path(kind: CallKind) -> &'static str {
    match kind {
        CallKind::UnaryUnary => "/a.B/UnaryUnary",
        CallKind::UnaryStream => "/a.B/UnaryStream",
        CallKind::StreamUnary => "/a.B/StreamUnary",
        CallKind::StreamStream => "/a.B/StreamStream",
    }
}

fn layer() -> ClientLayer<Retry> {
    let all = CallKind::ALL.into_iter();
    let methods = all.fold(Methods::builder(), |builder, kind| {
        builder.method(path(kind), kind)
    });
    ClientLayer::new(Retry::new(), &methods.build().unwrap()).unwrap()
}

/// Calls, and reads to the end.
async fn code<S>(service: S, kind: CallKind) -> Code
where
    S: GrpcService<tonic::body::Body>,
    S::Error: Into<StdError>,
    S::ResponseBody:
        http_body::Body<Data = bytes::Bytes, Error: Into<StdError> + Send> + Send + 'static,
{
    let result = call(service, kind).await;
    result.map_or_else(|status| status.code(), |()| Code::Ok)
}

async fn call<S>(service: S, kind: CallKind) -> Result<(), Status>
where
    S: GrpcService<tonic::body::Body>,
    S::Error: Into<StdError>,
    S::ResponseBody:
        http_body::Body<Data = bytes::Bytes, Error: Into<StdError> + Send> + Send + 'static,
{
    let mut client = tonic::client::Grpc::new(service);
    client
        .ready()
        .await
        .map_err(|error| Status::from_error(error.into()))?;
    let codec = ProstCodec::<Text, Text>::default();
    let (path, text) = (PathAndQuery::from_static(path(kind)), Text::default());
    let (one, many) = (
        Request::new(text.clone()),
        Request::new(stream::iter([text])),
    );
    let mut replies = match kind {
        CallKind::UnaryUnary => return client.unary(one, path, codec).await.map(drop),
        CallKind::StreamUnary => {
            return client.client_streaming(many, path, codec).await.map(drop);
        }
        CallKind::UnaryStream => client.server_streaming(one, path, codec).await,
        CallKind::StreamStream => client.streaming(many, path, codec).await,
    }?
    .into_inner();
    while replies.message().await?.is_some() {}
    Ok(())
}

/// What happens to each stream, the code by the specification, and how many streams there are.
const EVENTS: [(Act, Code, usize); 12] = [
    (Act::Reset(0), Code::Internal, 1),
    (Act::Reset(1), Code::Internal, 1),
    (Act::Reset(2), Code::Internal, 1),
    (Act::Reset(3), Code::Internal, 1),
    (Act::Reset(8), Code::Cancelled, 1),
    (Act::Reset(11), Code::ResourceExhausted, 1),
    (Act::Reset(12), Code::PermissionDenied, 1),
    // not taken by anybody: once more
    (Act::Reset(7), Code::Unavailable, 2),
    (Act::GoAway, Code::Unavailable, 2),
    (Act::GoAwayAndClose, Code::Unavailable, 1),
    (Act::Close, Code::Unavailable, 1),
    (Act::Echo, Code::Ok, 1),
];

/// What tonic would do is looked at too: were its server here, this test would say nothing.
#[tokio::test(start_paused = true)]
async fn what_went_wrong_on_the_way_has_the_code_of_the_specification() {
    for kind in CallKind::ALL {
        for (act, expected, streams) in EVENTS {
            let raw = Raw::new(move |_| act);
            let found = code(layer().layer(raw.channel()), kind).await;
            assert_eq!(
                (found, raw.streams()),
                (expected, streams),
                "{act:?} {kind}"
            );

            let bare = code(Raw::new(move |_| act).channel(), kind).await;
            let alone = [Code::Unknown, Code::Ok][usize::from(expected == Code::Ok)];
            assert_eq!(bare, alone, "{act:?} {kind}, tonic alone");
        }
    }
}

/// The second attempt of what nobody took is answered.
#[tokio::test(start_paused = true)]
async fn what_was_refused_is_sent_again() {
    for kind in CallKind::ALL {
        for act in [Act::Reset(7), Act::GoAway] {
            let raw = Raw::new(move |stream| if stream == 0 { act } else { Act::Echo });
            let found = code(layer().layer(raw.channel()), kind).await;
            assert_eq!((found, raw.streams()), (Code::Ok, 2), "{act:?} {kind}");
        }
    }
}

/// It did not leave this program.
#[tokio::test(start_paused = true)]
async fn what_was_never_sent_is_known_to_be() {
    let origin = interceptor_core::Origin::of(&raw::never_sent().await);
    let kind = interceptor_core::TransportKind::NeverSent;
    assert_eq!(origin.transport(), Some(kind));
}
