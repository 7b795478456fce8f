//! What is looked at is bounded, and nothing is kept beyond the bound.

use std::io::Write as _;

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::Request;
use interceptor_core::{Call, CallType, Next, Reply};
use tonic::{Code, Status, body::Body};
use tower::ServiceExt as _;

use super::{answering, replies};
use crate::support::{
    Edge, Svc,
    body::{Log, Read, Step, answer, body, data, framed, ok, replying},
    chain::{Pass, one_body},
    everywhere, path, service,
};

const LIMIT: usize = 1000;

/// Looks into each message, both ways, and ends the call if it cannot.
#[derive(Debug, Clone)]
struct Open;

impl Open {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        call.payload_mut().try_map(|it| it.bytes().map(|_| it))?;
        let mut reply = next.run(call).await?;
        reply.payload_mut().try_map(|it| it.bytes().map(|_| it))?;
        Ok(reply)
    }
}

one_body!([] Open);

/// The code and the text that the call ends with.
async fn end_of(service: &Svc, path: &str, request: Body) -> (Code, String) {
    let request = Request::post(path)
        .header("grpc-encoding", "gzip")
        .body(request);
    let response = match service.clone().oneshot(request.unwrap()).await {
        Ok(response) => response,
        Err(error) => return told(&Status::from_error(error)),
    };
    let headers = response.headers().clone();
    let mut body = response.into_body();
    let mut end = headers;
    while let Some(frame) = crate::support::body::next(&mut body).await {
        match frame.map(http_body::Frame::into_trailers) {
            Ok(Ok(trailers)) => end = trailers,
            Ok(Err(_)) => {}
            Err(status) => return told(&status),
        }
    }
    let code = end
        .get("grpc-status")
        .map_or(Code::Unknown, |it| Code::from_bytes(it.as_bytes()));
    let text = end
        .get("grpc-message")
        .map(|it| it.to_str().unwrap().to_owned());
    (code, text.unwrap_or_default())
}

fn told(status: &Status) -> (Code, String) {
    (status.code(), status.message().to_owned())
}

fn bomb() -> Step {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&vec![0; 1 << 19]).unwrap();
    Step::Data(framed(1, &gzip.finish().unwrap()))
}

/// A message, and what comes of a look at it.
fn bad() -> [(&'static str, Vec<Step>, Code, &'static str); 6] {
    let endless = Step::Data(Bytes::from_static(b"\0\xff\xff\xff\xff"));
    [
        // At its prefix: what follows is not waited for.
        (
            "too long",
            vec![endless, Step::Hang],
            Code::OutOfRange,
            "max_message_size",
        ),
        (
            "just too long",
            vec![Step::Data(framed(0, &[0; LIMIT + 1]))],
            Code::OutOfRange,
            "max_message_size",
        ),
        ("a bomb", vec![bomb()], Code::ResourceExhausted, ""),
        (
            "a flag",
            vec![Step::Data(framed(2, b""))],
            Code::Internal,
            "flag",
        ),
        (
            "damaged",
            vec![Step::Data(framed(1, b"no gzip"))],
            Code::Internal,
            "",
        ),
        (
            "cut off",
            vec![Step::Data(framed(0, b"abc").slice(..6))],
            Code::Internal,
            "",
        ),
    ]
}

fn limited(side: interceptor_core::Side, below: Svc) -> Svc {
    Edge::new(side, Open).max_message_size(LIMIT).around(below)
}

/// Pitfall P27.
#[tokio::test]
async fn of_requests() {
    for (kind, side) in everywhere() {
        for (what, steps, code, text) in bad() {
            // A handler that is careless enough to answer.
            let below = replying(&Log::new(), &answering(kind));
            let end = end_of(&limited(side, below), path(kind), body(steps)).await;
            assert_eq!(end.0, code, "{kind} {side}, {what}: {}", end.1);
            assert!(end.1.contains(text), "{kind} {side}, {what}: {}", end.1);
        }
    }
}

/// Pitfall P27.
#[tokio::test]
async fn of_replies() {
    for (kind, side) in everywhere() {
        for (what, steps, code, text) in bad() {
            if what == "too long" && !kind.server_streaming() {
                continue; // a unary response is waited for before anybody looks
            }
            let below = {
                let steps: Vec<_> = steps.into_iter().chain([ok()]).collect();
                service(move |_| {
                    let mut response = answer(steps.clone());
                    let gzip = "gzip".parse().unwrap();
                    response.headers_mut().insert("grpc-encoding", gzip);
                    std::future::ready(Ok(response))
                })
            };
            let end = end_of(&limited(side, below), path(kind), body([data("a")])).await;
            if what == "cut off" && !kind.server_streaming() {
                // No whole message: the call is over, and as tonic says it.
                assert_eq!(
                    end.0,
                    if side == interceptor_core::Side::Client {
                        Code::Internal
                    } else {
                        Code::Ok
                    }
                );
                continue;
            }
            assert_eq!(end.0, code, "{kind} {side}, {what}: {}", end.1);
            assert!(end.1.contains(text), "{kind} {side}, {what}: {}", end.1);
        }
    }
}

#[tokio::test]
async fn messages_of_exactly_that_size_pass() {
    for (kind, side) in everywhere() {
        let just = Step::Data(framed(0, &[0; LIMIT]));
        let below = replying(&Log::new(), &[just.clone(), ok()]);
        let end = end_of(&limited(side, below), path(kind), body([just])).await;
        assert_eq!(end, (Code::Ok, String::new()), "{kind} {side}");
    }
}

#[tokio::test]
async fn what_nobody_looks_at_passes_whatever_its_size() {
    for (kind, side) in everywhere() {
        let arrived = Log::new();
        let huge = || Step::Data(framed(9, &[0; 10 * LIMIT]));
        let service = Edge::new(side, Pass)
            .max_message_size(LIMIT)
            .max_settled_bytes(LIMIT)
            .around(replying(&arrived, &[huge(), ok()]));
        let end = end_of(&service, path(kind), body([huge()])).await;
        assert_eq!(end, (Code::Ok, String::new()), "{kind} {side}");
        assert_eq!(arrived.take()[0].bytes(), framed(9, &[0; 10 * LIMIT]));
    }
}

/// A unary response beyond the bound is handed on while it streams: hooks see its messages as they pass.
#[tokio::test]
async fn a_unary_response_beyond_what_is_kept() {
    for (kind, side) in everywhere() {
        let service = Edge::new(side, Open)
            .max_settled_bytes(3)
            .around(replying(&Log::new(), &answering(kind)));
        let request = Request::post(path(kind)).body(body([data("a")])).unwrap();
        let response = service.oneshot(request).await.unwrap();
        let read = Read::to_end(response.into_body()).await;
        assert_eq!(read.texts(), replies(kind), "{kind} {side}");
        assert_eq!(read.trailers.unwrap()["grpc-status"], "0", "{kind} {side}");
    }
}
