use std::sync::{Arc, Mutex};

use interceptor_core::{
    Call, CallType, ClientLayer, Identity, Next, Reply, ServerLayer, Side,
    tonic::{Code, Status, body::Body},
};
use interceptor_macros::grpc_interceptor;
use interceptor_test::{Attempt, Case, Harness, Outcome, Peer};
use tower::{ServiceExt as _, service_fn};
use tower_layer::Layer as _;

use super::*;

fn values<'a>(headers: &'a http::HeaderMap, name: &str) -> Vec<&'a str> {
    let values = headers.get_all(name).iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

fn sent<'a>(outcome: &'a Outcome, name: &str) -> Vec<&'a str> {
    let attempt: &Attempt = &outcome.attempts()[0];
    values(attempt.metadata().as_ref(), name)
}

#[tokio::test(start_paused = true)]
async fn the_request_is_changed_in_the_order_given() {
    for case in Case::all() {
        let header = Header::new()
            .set("x-set", "new")
            .unwrap()
            .set_if_absent("x-there", "default")
            .unwrap()
            .set_if_absent("x-absent", "default")
            .unwrap()
            .append("x-there", "two")
            .unwrap()
            .copy("x-there", "x-copy")
            .unwrap()
            .copy("x-nowhere", "x-kept")
            .unwrap()
            .remove("x-gone")
            .unwrap()
            .set_bin("x-raw-bin", &[0, 255])
            .unwrap();
        let harness = Harness::new(case, header)
            .metadata("x-set", "old")
            .metadata("x-there", "one")
            .metadata("x-kept", "kept")
            .metadata("x-gone", "secret");
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(sent(&outcome, "x-set"), ["new"]);
        assert_eq!(sent(&outcome, "x-there"), ["one", "two"]);
        assert_eq!(sent(&outcome, "x-absent"), ["default"]);
        assert_eq!(sent(&outcome, "x-copy"), ["one", "two"]);
        assert_eq!(sent(&outcome, "x-kept"), ["kept"]);
        assert!(sent(&outcome, "x-gone").is_empty());
        let raw = outcome.attempts()[0]
            .metadata()
            .get_bin("x-raw-bin")
            .unwrap();
        assert_eq!(&*raw.to_bytes().unwrap(), [0, 255]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_reply_is_changed_whether_it_is_one_or_a_status() {
    for case in Case::all() {
        for peer in [Peer::echo(), Peer::reject(Code::NotFound)] {
            let header = Header::new()
                .echo("x-asked")
                .unwrap()
                .remove("x-asked")
                .unwrap()
                .reply_set("x-region", "eu")
                .unwrap()
                .reply_remove("x-version")
                .unwrap();
            let peer = peer.metadata("x-version", "7");
            let outcome = Harness::new(case, header)
                .metadata("x-asked", "this")
                .peer(peer)
                .call()
                .await;
            assert!(sent(&outcome, "x-asked").is_empty());
            let metadata = match outcome.code() {
                Code::Ok => outcome.metadata(),
                _ => outcome.status().metadata(),
            };
            assert_eq!(values(metadata.as_ref(), "x-asked"), ["this"], "{outcome}");
            assert_eq!(values(metadata.as_ref(), "x-region"), ["eu"], "{outcome}");
            assert!(
                values(metadata.as_ref(), "x-version").is_empty(),
                "{outcome}"
            );
        }
    }
}

/// Calls a client from where it stands, and tells the names of tenants that arrived there, each time it is polled.
#[grpc_interceptor(crate = interceptor_core)]
struct Calls(Header);

impl Calls {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let told = tenant(self.0.clone()).await;
        let mut reply = next.run(call).await?;
        reply.metadata_mut().insert("x-told", told.parse().unwrap());
        Ok(reply)
    }
}

/// The tenant that a call made here arrives with.
async fn tenant(header: Header) -> String {
    let (tell, told) = tokio::sync::oneshot::channel();
    let tell = Arc::new(Mutex::new(Some(tell)));
    let service = service_fn(move |request: http::Request<Body>| {
        let tenant = values(request.headers(), "x-tenant").join(",");
        let _ = tell.lock().unwrap().take().unwrap().send(tenant);
        std::future::ready(Ok::<_, Status>(
            Status::not_found("told").into_http::<Body>(),
        ))
    });
    let client = ClientLayer::new(header, &Case::methods())
        .unwrap()
        .layer(service);
    let case = Case::new(interceptor_core::CallKind::UnaryUnary, Side::Client);
    let request = http::Request::post(case.path())
        .body(Body::empty())
        .unwrap();
    let _ = client.oneshot(request).await;
    told.await.unwrap()
}

fn propagate() -> Header {
    Header::new().propagate("x-tenant").unwrap()
}

#[tokio::test(start_paused = true)]
async fn the_calls_of_a_handler_get_what_is_propagated() {
    for case in Case::on(Side::Server) {
        let calls = Calls(propagate().set("x-own", "1").unwrap());
        let outcome = Harness::new(case, (propagate(), calls))
            .metadata("x-tenant", "blue")
            .call()
            .await;
        assert_eq!(outcome.header("x-told"), Some("blue"), "{outcome}");

        let own = Calls(Header::new());
        let outcome = Harness::new(case, (propagate(), own))
            .metadata("x-tenant", "blue")
            .call()
            .await;
        assert_eq!(
            outcome.header("x-told"),
            Some(""),
            "one that does not name it"
        );
    }
    assert_eq!(
        tenant(propagate()).await,
        "",
        "no call is being served here"
    );
}

/// The stream that a handler returned is polled when its future is over.
#[tokio::test(start_paused = true)]
async fn a_streamed_response_finds_it_too() {
    let body = futures_util::stream::once(async {
        let mut trailers = http::HeaderMap::new();
        trailers.insert("grpc-status", "0".parse().unwrap());
        trailers.insert("x-told", tenant(propagate()).await.parse().unwrap());
        Ok::<_, Status>(http_body::Frame::<bytes::Bytes>::trailers(trailers))
    });
    let body = Arc::new(Mutex::new(Some(http_body_util::StreamBody::new(Box::pin(
        body,
    )))));
    let service = service_fn(move |_: http::Request<Body>| {
        let body = Body::new(body.lock().unwrap().take().unwrap());
        let response = http::Response::builder().header("content-type", "application/grpc");
        std::future::ready(Ok::<_, Status>(response.body(body).unwrap()))
    });
    let server = ServerLayer::new(propagate(), &Case::methods())
        .unwrap()
        .layer(service);
    let case = Case::new(interceptor_core::CallKind::UnaryStream, Side::Server);
    let request = http::Request::post(case.path()).header("x-tenant", "blue");
    let response = server
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    let body = http_body_util::BodyExt::collect(response.into_body())
        .await
        .unwrap();
    assert_eq!(body.trailers().unwrap()["x-told"], "blue");
}

#[tokio::test(start_paused = true)]
async fn without_rules_nothing_changes() {
    for case in Case::all() {
        let with = Harness::new(case, Header::new())
            .metadata("x-a", "1")
            .call()
            .await;
        let without = Harness::new(case, Identity)
            .metadata("x-a", "1")
            .call()
            .await;
        assert_eq!(with.messages(), without.messages());
        assert_eq!(with.metadata().as_ref(), without.metadata().as_ref());
        let [with, without] =
            [&with, &without].map(|it| it.attempts()[0].metadata().as_ref().clone());
        assert_eq!(with, without);
    }
}

#[test]
fn mistakes_are_told() {
    let new = Header::new;
    let told = [
        new().set("no name", "x"),
        new().set("grpc-timeout", "1S"),
        new().set("Content-Type", "x"),
        new().set("x-raw-bin", "text"),
        new().set("X-Raw-BIN", "text"),
        new().set("x", "line\nbreak"),
        new().set("x", "naïve"),
        new().reply_set("x", "a\ttab"),
        new().set_bin("x", b"raw"),
        new().copy("x-raw-bin", "x-text"),
        new().propagate("te"),
    ]
    .map(|result| result.unwrap_err().to_string());
    assert_eq!(
        told,
        [
            "metadata `no name`: it is not the name of a header",
            "metadata `grpc-timeout`: gRPC and HTTP/2 set it themselves",
            "metadata `Content-Type`: gRPC and HTTP/2 set it themselves",
            "metadata `x-raw-bin`: the value of a name in `-bin` is binary: use the form with `_bin`",
            "metadata `X-Raw-BIN`: the value of a name in `-bin` is binary: use the form with `_bin`",
            "metadata `x`: its value is not visible ASCII",
            "metadata `x`: its value is not visible ASCII",
            "metadata `x`: its value is not visible ASCII",
            "metadata `x`: the name of binary metadata ends in `-bin`",
            "metadata `x-raw-bin` cannot become `x-text`: one of them is binary",
            "metadata `te`: gRPC and HTTP/2 set it themselves",
        ]
    );
}
