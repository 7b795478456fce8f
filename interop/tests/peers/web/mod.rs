//! gRPC-Web: tonic-web's layer above ours, and that for CORS above both, as browsers need it.

mod client;

use bytes::Bytes;
use grpc_interceptor::tonic::Code;
use http::{HeaderName, Method, Request, header};
use http_body_util::Full;
use testproto::echo::EchoRequest;
use tower_http::cors::{AllowOrigin, CorsLayer};

use self::client::{Answer, Form, post, send};
use crate::{
    run,
    server::{Handlers, Ours},
    within,
};

/// Where the page comes from that calls.
const PAGE: &str = "https://shop.test";

/// A call, how many messages come of it, and its code.
type Row = (&'static str, &'static str, usize, Code);

/// OK, an error in the place of a response, an error in the middle of a stream, and panics in both places.
const ROWS: [Row; 7] = [
    ("UnaryEcho", "a", 1, Code::Ok),
    ("ServerStream", "a", 3, Code::Ok),
    ("UnaryEcho", "fail", 0, Code::InvalidArgument),
    ("ServerStream", "fail", 0, Code::InvalidArgument),
    ("ServerStream", "late", 1, Code::Aborted),
    ("UnaryEcho", "panic", 0, Code::Internal),
    ("ServerStream", "panic late", 1, Code::Internal),
];

/// The forms of both, with handlers of both manners.
const WAYS: [(Form, Handlers); 4] = [
    (Form::Binary, Handlers::Async),
    (Form::Binary, Handlers::Blocking),
    (Form::Text, Handlers::Async),
    (Form::Text, Handlers::Blocking),
];

fn request(text: &str) -> EchoRequest {
    EchoRequest {
        text: text.to_owned(),
        count: 3,
        ..EchoRequest::default()
    }
}

/// What pages of this origin may send and read: as one writes it for gRPC-Web.
fn cors() -> CorsLayer {
    let read = ["grpc-status", "grpc-message", "grpc-status-details-bin"];
    let sent = ["content-type", "x-grpc-web", "x-ascii", "grpc-timeout"];
    CorsLayer::new()
        .allow_origin(AllowOrigin::exact(PAGE.parse().unwrap()))
        .allow_methods([Method::POST])
        .allow_headers(sent.map(HeaderName::from_static))
        .expose_headers(read.map(HeaderName::from_static))
}

/// The answer is what the row says, whole, and well formed.
fn is_as_it_should(answer: &Answer, (method, text, messages, code): Row) {
    assert_eq!(answer.code(), code, "{method} {text}: {answer:?}");
    let texts: Vec<_> = answer.messages.iter().map(|reply| &*reply.text).collect();
    assert_eq!(texts, vec![text; messages], "{method} {text}");
    let told = (messages > 0).then_some("there");
    assert_eq!(answer.header("x-told"), told, "{method} {text}");
    if code != Code::Internal {
        let end = answer.get("x-end");
        assert_eq!(end, Some("there"), "{method} {text}: {answer:?}");
    }
}

/// P29: in both forms, none is malformed, each is complete, and the chain sees each end once.
#[test]
fn p29_over_http_1() {
    run(async {
        for (form, handlers) in WAYS {
            let (server, mut sees) = Ours::start_web(handlers, cors()).await;
            for row in ROWS {
                let (method, text, _, code) = row;
                let call = (method, request(text));
                let answer = post(server.port(), form, call, &[("x-ascii", "there")]);
                is_as_it_should(&within(answer).await, row);
                assert_eq!(sees.end().await.code, code);
            }
            server.stop().await;
            sees.no_more().await;
        }
    });
}

/// P29: a page may read each answer, and its status, also where an interceptor refuses the call.
#[test]
fn p29_answers_have_the_headers_of_cors() {
    run(async {
        for (form, handlers) in WAYS {
            let (server, mut sees) = Ours::start_web(handlers, cors()).await;
            let refused = ("UnaryEcho", "refused", 0, Code::Unauthenticated);
            for (method, text, _, code) in ROWS.into_iter().chain([refused]) {
                let mut headers = vec![("origin", PAGE)];
                if text == "refused" {
                    headers.push(("x-refuse", "yes"));
                }
                let call = (method, request(text));
                let answer = within(post(server.port(), form, call, &headers)).await;
                assert_eq!(answer.code(), code, "{method} {text}: {answer:?}");
                let allowed = answer.header("access-control-allow-origin");
                assert_eq!(allowed, Some(PAGE), "{method} {text}");
                let exposed = answer.header("access-control-expose-headers").unwrap();
                assert!(exposed.contains("grpc-status"), "{method} {text}");
                assert_eq!(sees.end().await.code, code);
            }
            server.stop().await;
            sees.no_more().await;
        }
    });
}

/// P29: what a browser asks before it calls is answered above our layer, so that no interceptor sees it or can refuse it.
#[test]
fn p29_a_preflight_is_no_call() {
    run(async {
        for (form, handlers) in WAYS {
            let (server, mut sees) = Ours::start_web(handlers, cors()).await;
            let asked = Request::options("/echo.v1.Echo/UnaryEcho")
                .header("host", "127.0.0.1")
                .header("x-refuse", "yes")
                .header("origin", PAGE)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type,x-grpc-web")
                .body(Full::<Bytes>::default())
                .unwrap();
            let answer = within(send(server.port(), asked)).await;
            assert_eq!(answer.status(), 200);
            let header = |name| answer.headers()[name].to_str().unwrap();
            assert_eq!(header(header::ACCESS_CONTROL_ALLOW_ORIGIN), PAGE);
            assert_eq!(header(header::ACCESS_CONTROL_ALLOW_METHODS), "POST");
            let sent = header(header::ACCESS_CONTROL_ALLOW_HEADERS);
            assert!(sent.contains("x-grpc-web"), "{sent}");

            // and the call that it asked for is the first that the chain sees
            let call = ("UnaryEcho", request("a"));
            let headers = [("origin", PAGE), ("x-case", "behind it")];
            let answer = within(post(server.port(), form, call, &headers)).await;
            assert_eq!(answer.code(), Code::Ok);
            assert_eq!(sees.start().await, "behind it");
            server.stop().await;
            sees.no_start().await;
        }
    });
}
