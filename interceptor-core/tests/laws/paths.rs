//! What is intercepted is decided by the path: nothing reaches a handler around the chain, and nothing else is touched.

use http::{Method, Request, Response, Version, header::CONTENT_TYPE};
use interceptor_core::{CallKind, Methods, ServerLayer, Side, tonic::Status};
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tonic::{Code, body::Body};
use tower::{Layer as _, Service as _, ServiceExt as _};

use crate::support::{
    Edge, SIDES, Svc, around, body,
    body::{Read, Step},
    caller::{Ask, ask},
    chain::{Pass, Reject},
    echo::{Echo, Mark},
    erase, everywhere, path, service,
};

const CONTENT_TYPES: [Option<&str>; 6] = [
    Some("application/grpc"),
    Some("application/grpc+proto"),
    Some("text/plain"),
    Some("application/json"),
    Some("application/grpc-web"),
    None,
];

const HTTP_METHODS: [Method; 9] = [
    Method::POST,
    Method::GET,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::HEAD,
    Method::OPTIONS,
    Method::TRACE,
    Method::CONNECT,
];

fn request(method: &Method, path: &str, content_type: Option<&str>) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .version(Version::HTTP_2)
        .header("te", "trailers")
        .body(body::body([body::data("a")]))
        .unwrap();
    if let Some(content_type) = content_type {
        let content_type = content_type.parse().unwrap();
        request.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    request
}

async fn send(service: &Svc, request: Request<Body>) -> Result<Response<Body>, Status> {
    let mut service = service.clone();
    let ready = service.ready().await.unwrap();
    ready.call(request).await.map_err(Status::from_error)
}

/// The code that a client or the peer gets.
async fn code_of(service: &Svc, request: Request<Body>) -> Code {
    match send(service, request).await {
        Err(status) => status.code(),
        Ok(response) => match response.headers().get("grpc-status") {
            Some(code) => Code::from_bytes(code.as_bytes()),
            None => Code::Ok,
        },
    }
}

#[tokio::test]
async fn a_handler_never_runs_around_the_chain() {
    for (kind, side) in everywhere() {
        let echo = Echo::new();
        let reject = Reject::with(Status::permission_denied("no"));
        let service = around(side, reject.clone(), echo.clone().routes());
        for method in HTTP_METHODS {
            for content_type in CONTENT_TYPES {
                let code = code_of(&service, request(&method, path(kind), content_type)).await;
                let context = format!("{kind} {side} {method} {content_type:?}");
                assert_eq!(echo.ran.take(), [""; 0], "{context}");
                // A grpc-web request is refused before the chain: it says that the layers stand in the wrong order.
                if side == Side::Server && content_type == Some("application/grpc-web") {
                    assert_eq!(code, Code::Internal, "{context}");
                } else {
                    assert_eq!(code, Code::PermissionDenied, "{context}");
                    assert_eq!(reject.calls.take(), [path(kind)], "{context}");
                }
            }
        }
    }
}

/// tonic's server runs it, whatever the HTTP method and the content-type say: what the law above is for.
#[tokio::test]
async fn a_bare_handler_runs() {
    for method in HTTP_METHODS {
        for content_type in CONTENT_TYPES {
            let echo = Echo::new();
            let request = request(&method, path(CallKind::UnaryUnary), content_type);
            send(&echo.clone().routes(), request).await.unwrap();
            assert_eq!(echo.ran.take(), ["UnaryEcho"], "{method} {content_type:?}");
        }
    }
}

/// A method that the table lacks is intercepted all the same: a forgotten entry is not a hole.
#[tokio::test]
async fn a_method_that_is_not_in_the_table_is_not_a_hole() {
    assert_unlisted_is_intercepted(&[Method::POST]).await;
}

/// tonic's server does not look at the HTTP method either.
#[tokio::test]
async fn a_method_that_is_not_in_the_table_is_not_a_hole_for_other_http_methods() {
    assert_unlisted_is_intercepted(&HTTP_METHODS).await;
}

async fn assert_unlisted_is_intercepted(http_methods: &[Method]) {
    let table = Methods::builder().build().unwrap();
    for (kind, side) in everywhere() {
        let echo = Echo::new();
        let reject = Reject::with(Status::permission_denied("no"));
        let edge = Edge::with_methods(side, reject, &table).unwrap();
        let service = edge.around(echo.clone().routes());
        for method in http_methods {
            for content_type in CONTENT_TYPES {
                let code = code_of(&service, request(method, path(kind), content_type)).await;
                let context = format!("{kind} {side} {method} {content_type:?}: {code:?}");
                assert_eq!(echo.ran.take(), [""; 0], "{context}");
            }
        }
    }
}

#[tokio::test]
async fn around_one_generated_service_too() {
    for kind in CallKind::ALL {
        let echo = Echo::new();
        let reject = Reject::with(Status::permission_denied("no"));
        let layer = ServerLayer::new(reject, &crate::support::methods()).unwrap();
        let routes = tonic::service::Routes::new(layer.layer(EchoServer::new(echo.clone())));
        let code = code_of(&erase(routes), request(&Method::POST, path(kind), None)).await;
        assert_eq!(code, Code::PermissionDenied, "{kind}");
        assert_eq!(echo.ran.len(), 0, "{kind}");
    }
}

/// The request of a web page that stands in the wrong place is told where the right place is.
#[tokio::test]
async fn grpc_web_is_told_where_to_stand() {
    for content_type in [
        "application/grpc-web",
        "application/grpc-web+proto",
        "application/grpc-web-text",
    ] {
        let service = around(
            Side::Server,
            Reject::with(Status::ok("")),
            Echo::new().routes(),
        );
        let request = request(
            &Method::POST,
            path(CallKind::UnaryUnary),
            Some(content_type),
        );
        let response = send(&service, request).await.unwrap();
        assert_eq!(response.headers()["grpc-status"], "13");
        let text = response.headers()["grpc-message"].to_str().unwrap();
        assert!(text.contains("GrpcWebLayer"), "{text}");
    }
}

/// What is none of ours arrives as it was sent, and what comes back leaves as it came.
///
/// Pitfall P7.
#[tokio::test]
async fn other_paths_pass_by_untouched() {
    let others = [
        (Method::GET, "/"),
        (Method::GET, "/healthz"),
        (Method::GET, "/users?page=2"),
        (Method::POST, "/"),
        (Method::POST, "/form"),
        (Method::POST, "/a/"),
        (Method::POST, "//b"),
        (Method::PUT, "/users"),
        (Method::OPTIONS, "/users"),
        (Method::OPTIONS, "*"),
    ];
    for side in SIDES {
        for (method, uri) in &others {
            let reject = Reject::with(Status::permission_denied("no"));
            assert_untouched(around(side, reject, web(418)), method, uri).await;
        }
    }
    // The routes of a server have no prefix.
    let reject = Reject::with(Status::permission_denied("no"));
    let service = around(Side::Server, reject, web(418));
    assert_untouched(service, &Method::POST, "/a/b/c").await;
}

/// What might be ours goes through the chain; one that hands it on changes nothing. On a client, an error that is not
/// gRPC's is a status.
#[tokio::test]
async fn requests_that_might_be_ours_are_not_changed() {
    for method in HTTP_METHODS {
        for uri in ["/api/users", "/api/users?page=2"] {
            for side in SIDES {
                assert_untouched(around(side, Pass, web(200)), &method, uri).await;
            }
            let service = around(Side::Server, (Pass, Pass), web(418));
            assert_untouched(service, &method, uri).await;
        }
    }
}

async fn assert_untouched(service: Svc, method: &Method, uri: &str) {
    let mut request = request(method, uri, Some("text/plain"));
    *request.version_mut() = Version::HTTP_11;
    request.extensions_mut().insert(Mark(1));
    let response = send(&service, request).await.unwrap();

    let arrived = format!("{method} {uri} HTTP/1.1 text/plain trailers Mark(1)");
    assert_eq!(response.headers()["x-arrived"], arrived);
    assert_eq!(response.headers()["x-tea"], "pot", "{arrived}");
    assert_eq!(response.extensions().get(), Some(&Mark(2)), "{arrived}");
    let read = Read::to_end(response.into_body()).await;
    assert_eq!(read.chunks, ["short", "and stout"], "{arrived}");
    let trailers = body::headers(&[("x-tip", "me over")]);
    assert_eq!(read.trailers, Some(trailers), "{arrived}");
}

/// Something else than gRPC, beside it. It says what arrived.
fn web(status: u16) -> Svc {
    service(move |request| async move {
        let (parts, body) = request.into_parts();
        let arrived = format!(
            "{} {} {:?} {} {} {:?}",
            parts.method,
            parts.uri,
            parts.version,
            parts.headers[CONTENT_TYPE].to_str()?,
            parts.headers["te"].to_str()?,
            parts.extensions.get::<Mark>().unwrap(),
        );
        assert_eq!(Read::to_end(body).await.texts(), ["a"]);
        let steps = [
            Step::Data("short".into()),
            Step::Data("and stout".into()),
            Step::Trailers(body::headers(&[("x-tip", "me over")])),
        ];
        let response = Response::builder().status(status).header("x-tea", "pot");
        let response = response.header("x-arrived", arrived).extension(Mark(2));
        Ok(response.body(body::body(steps))?)
    })
}

/// A generated client that has an origin with a path puts that before the method's.
#[tokio::test]
async fn a_client_whose_origin_has_a_path() {
    for kind in CallKind::ALL {
        let reject = Reject::with(Status::permission_denied("no"));
        let below = service(|_| async { panic!("it runs") });
        let service = around(Side::Client, reject.clone(), below);
        let origin = http::Uri::from_static("http://peer.test/some/prefix");
        let mut client = EchoClient::with_origin(service, origin);
        let outcome = ask(&mut client, kind, Ask::of(&["a"])).await;
        assert_eq!(outcome.code(), Code::PermissionDenied, "{kind}");
        assert_eq!(reject.calls.take(), [path(kind)], "{kind}");
    }
}

/// An error from below passes by as well.
#[tokio::test]
async fn a_failure_of_another_path_passes_by() {
    for side in SIDES {
        let below = service(|_| async { Err("broken".into()) });
        let service = around(side, Reject::with(Status::ok("")), below);
        let error = send(&service, request(&Method::GET, "/healthz", None)).await;
        assert_eq!(error.unwrap_err().message(), "broken", "{side}");
    }
}
