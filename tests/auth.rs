//! A server as users build it, with health and reflection, around which authentication stands: what is served to callers
//! without credentials, however they spell their requests.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{collections::BTreeSet, convert::Infallible, pin::Pin};

use futures_util::{Stream, StreamExt as _};
use grpc_interceptor::{
    Unknown,
    auth::{Authentication, BearerTokens},
    prelude::*,
};
use http::{Method, Request, Response, header};
use http_body::Body as HttpBody;
use http_body_util::{BodyExt as _, Full};
use testproto::echo::{
    EchoReply, EchoRequest,
    echo_server::{Echo, EchoServer},
};
use tonic::{Streaming, body::Body, service::Routes};
use tower::{Service, ServiceExt as _};

const PATHS: [&str; 10] = [
    "/echo.v1.Echo/UnaryEcho",
    "/echo.v1.Echo/Say",
    "/echo.v1.Echo/ServerStream",
    "/echo.v1.Echo/ClientStream",
    "/echo.v1.Echo/BidiStream",
    "/echo.v1.Echo/NoSuchMethod",
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/List",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/no.such.Service/Method",
];
const CONTENT_TYPES: [Option<&str>; 9] = [
    Some("application/grpc"),
    Some("application/grpc+proto"),
    Some("application/grpc; charset=utf-8"),
    Some("APPLICATION/GRPC"),
    Some("application/grpc-web"),
    Some("application/grpc-web-text"),
    Some("application/json"),
    Some("text/plain"),
    None,
];
const HTTP_METHODS: [Method; 6] = [
    Method::POST,
    Method::PUT,
    Method::GET,
    Method::HEAD,
    Method::DELETE,
    Method::OPTIONS,
];

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

/// Replies to whoever calls.
#[derive(Debug, Clone, Copy)]
struct Open;

#[tonic::async_trait]
impl Echo for Open {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        _: tonic::Request<EchoRequest>,
    ) -> Result<tonic::Response<EchoReply>, Status> {
        Ok(tonic::Response::new(reply()))
    }

    async fn say(
        &self,
        request: tonic::Request<EchoRequest>,
    ) -> Result<tonic::Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }

    async fn server_stream(
        &self,
        _: tonic::Request<EchoRequest>,
    ) -> Result<tonic::Response<Replies>, Status> {
        let replies = futures_util::stream::iter([Ok(reply())]);
        Ok(tonic::Response::new(Box::pin(replies)))
    }

    async fn client_stream(
        &self,
        _: tonic::Request<Streaming<EchoRequest>>,
    ) -> Result<tonic::Response<EchoReply>, Status> {
        Ok(tonic::Response::new(reply()))
    }

    async fn bidi_stream(
        &self,
        request: tonic::Request<Streaming<EchoRequest>>,
    ) -> Result<tonic::Response<Replies>, Status> {
        let replies = request.into_inner().map(|_| Ok(reply()));
        Ok(tonic::Response::new(Box::pin(replies)))
    }
}

fn reply() -> EchoReply {
    EchoReply {
        text: "a secret".to_owned(),
        ..EchoReply::default()
    }
}

fn routes() -> Routes {
    let (_, health) = tonic_health::server::health_reporter();
    let reflection = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)
        .build_v1();
    let routes = Routes::new(EchoServer::new(Open)).add_service(health);
    routes.add_service(reflection.unwrap()).prepare()
}

fn methods() -> Methods {
    Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap()
}

fn tokens() -> Authentication<BearerTokens<()>> {
    Authentication::new(BearerTokens::new().token("s3cret", ()).unwrap())
}

/// The path itself, and what somebody could take for it.
fn spellings(path: &str) -> Vec<String> {
    let (service, method) = path[1..].split_once('/').unwrap();
    vec![
        path.to_owned(),
        format!("{path}?x=/grpc.health.v1.Health/Check"),
        format!("http://elsewhere{path}"),
        format!("{path}/"),
        format!("{path}/more"),
        format!("//{service}/{method}"),
        format!("/{service}//{method}"),
        format!("/{service}/./{method}"),
        format!("/grpc.health.v1.Health/../{service}/{method}"),
        format!("/{service}%2F{method}"),
        format!("/%{:02x}{}/{method}", path.as_bytes()[1], &service[1..]),
        path.to_ascii_lowercase(),
    ]
}

/// Which requests get a message: HTTP method, content-type and path.
async fn served<S, B>(service: S, token: Option<&str>) -> BTreeSet<String>
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone,
    B: HttpBody<Error: std::fmt::Debug>,
{
    let mut served = BTreeSet::new();
    for path in PATHS.iter().flat_map(|path| spellings(path)) {
        for method in HTTP_METHODS {
            for content_type in CONTENT_TYPES {
                let request = request(&path, &method, content_type, token);
                let response = service.clone().oneshot(request).await.unwrap();
                if sends_a_message(response).await {
                    served.insert(format!("{method} {content_type:?} {path}"));
                }
            }
        }
    }
    served
}

/// With a message in which reflection finds a question (`list_services`, field 7), and all else nothing that it knows.
const MESSAGE: &[u8] = &[0, 0, 0, 0, 3, 7 << 3 | 2, 1, b'*'];

fn request(
    path: &str,
    method: &Method,
    content_type: Option<&str>,
    token: Option<&str>,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let message = Full::new(bytes::Bytes::from_static(MESSAGE));
    request.body(Body::new(message)).unwrap()
}

/// A message, and not the frame of one that is empty.
async fn sends_a_message<B: HttpBody<Error: std::fmt::Debug>>(response: Response<B>) -> bool {
    let body = response.into_body().collect().await.unwrap();
    body.to_bytes().len() > 5
}

/// tonic serves whatever the HTTP method and, mostly, the content-type are. So does it behind the chain, to whom it knows.
#[tokio::test]
async fn without_credentials_nothing_is_served_however_it_is_spelled() {
    let layer = |chain| ServerLayer::new(chain, &methods()).unwrap();
    let bare = served(routes(), None).await;
    for known in [
        r#"POST Some("application/grpc") /echo.v1.Echo/BidiStream"#,
        r#"GET Some("text/plain") /echo.v1.Echo/UnaryEcho"#,
        "PUT None /grpc.health.v1.Health/Check",
        r#"POST Some("application/grpc") /grpc.reflection.v1.ServerReflection/ServerReflectionInfo"#,
    ] {
        assert!(bare.contains(known), "{known} is not in {bare:#?}");
    }

    let holes = served(layer(tokens()).layer(routes()), None).await;
    assert_eq!(holes, BTreeSet::new());
    let holes = served(layer(tokens()).layer(routes()), Some("s3cres")).await;
    assert_eq!(holes, BTreeSet::new());
    let passing = layer(tokens()).unknown(Unknown::Pass);
    let holes = served(passing.layer(routes()), None).await;
    assert_eq!(holes, BTreeSet::new());
}

/// Whom it knows, it serves what the bare server serves: but for gRPC-Web, which the layer answers with where it belongs.
#[tokio::test]
async fn with_credentials_everything_is_served_that_was() {
    let layer = ServerLayer::new(tokens(), &methods()).unwrap();
    let mut bare = served(routes(), None).await;
    bare.retain(|it| !it.contains("grpc-web"));
    assert_eq!(served(layer.layer(routes()), Some("s3cret")).await, bare);
}

/// Health is served if it is named, and nothing beside it.
#[tokio::test]
async fn what_is_named_is_served_and_nothing_beside_it() {
    let named = tokens().except("/grpc.health.v1.Health/*").unwrap();
    let layer = ServerLayer::new(named, &methods()).unwrap();
    let served = served(layer.layer(routes()), None).await;
    let health = |it: &String| it.contains("/grpc.health.v1.Health/");
    assert!(
        !served.is_empty() && served.iter().all(health),
        "{served:#?}"
    );
    let others = |it: &String| it.contains("Echo") || it.contains("Reflection");
    assert!(!served.iter().any(others), "{served:#?}");
}
