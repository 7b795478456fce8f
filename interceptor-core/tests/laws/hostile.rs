//! A peer's bytes cannot panic us, nor tonic above us.

use interceptor_core::{CallKind, Origin, Side};
use tonic::{Code, Status};

use super::transparency::World;
use crate::support::{
    Svc, around,
    body::{Step, answer, body, data, headers, refuse, respond, status},
    caller::call,
    chain::{Pass, Seen},
    everywhere,
    net::Transport,
    service,
};

/// tonic panics at it, wherever it stands together with a status.
const DETAILS: (&str, &str) = ("grpc-status-details-bin", "this is not base64!");

fn trailers(code: Code) -> Step {
    let mut trailers = status(code, "text");
    trailers.extend(headers(&[DETAILS, ("x-kept", "yes")]));
    Step::Trailers(trailers)
}

#[tokio::test]
async fn details_in_trailers_that_are_not_base64() {
    for code in [Code::Ok, Code::DataLoss] {
        for kind in CallKind::ALL {
            let below = service(move |_| async move { Ok(answer([data("a"), trailers(code)])) });
            let outcome = call(&around(Side::Client, Pass, below), kind, &["a"]).await;
            assert_eq!(outcome.code(), code, "{kind}");
            let kept = |name| outcome.lines().iter().any(|line| line.contains(name));
            assert!(kept("x-kept") && !kept(DETAILS.0), "{kind}");
        }
    }
}

#[tokio::test]
async fn details_in_headers_that_are_not_base64() {
    for code in [Code::Ok, Code::DataLoss] {
        for kind in CallKind::ALL {
            let below = service(move |_| async move {
                let steps = if code == Code::Ok {
                    vec![data("a")]
                } else {
                    Vec::new()
                };
                let mut response = respond(body(steps));
                response.headers_mut().extend(status(code, "text"));
                response.headers_mut().extend(headers(&[DETAILS]));
                Ok(response)
            });
            let outcome = call(&around(Side::Client, Pass, below), kind, &["a"]).await;
            assert_eq!(outcome.code(), code, "{kind}");
        }
    }
}

/// The code is what counts; tonic would rewrite it.
#[tokio::test]
async fn a_text_that_is_not_utf8_keeps_its_code() {
    for (kind, side) in everywhere() {
        let seen = Seen::new();
        let below = service(|_| async { Ok(refuse(Code::NotFound, "no %ff thing")) });
        call(&around(side, seen.clone(), below), kind, &["a"]).await;
        let status = seen.results.take().pop().flatten().unwrap();
        assert_eq!(status.code(), Code::NotFound, "{kind} {side}");
        assert_eq!(status.message(), "no \u{fffd} thing");
    }
}

/// A response of one part of a message after the other, without end.
fn endless() -> Svc {
    service(|_| async {
        let prefix = Step::Data(bytes::Bytes::from_static(b"\0\xff\xff\xff\xff"));
        let zeros = Step::Data(vec![0; 1 << 16].into());
        let steps = std::iter::once(prefix).chain(std::iter::repeat_n(zeros, 1 << 10));
        Ok(answer(steps))
    })
}

/// Nothing is kept beyond the bound: the caller is told by tonic that it is too long, from the first frames.
#[tokio::test]
async fn a_unary_response_without_end_is_handed_on() {
    for (kind, side) in everywhere() {
        let outcome = call(&around(side, Pass, endless()), kind, &["a"]).await;
        assert_eq!(outcome.code(), Code::OutOfRange, "{kind} {side}");
    }
}

/// What breaks below breaks above, in the same way.
#[tokio::test]
async fn a_response_that_breaks() {
    let broken = || {
        service(|_| async {
            // Until the headers have arrived: a reset that comes with them takes their place.
            let waits = std::iter::repeat_n(Step::Wait, 100);
            let end = Step::Fail(Status::data_loss("broken"));
            Ok(answer(std::iter::once(data("a")).chain(waits).chain([end])))
        })
    };
    for kind in CallKind::ALL {
        let bare = World::new(Transport::Duplex, broken(), None).await;
        let expected = call(&bare.caller, kind, &["a"]).await;
        let expected = bare.seen(&expected);
        for side in [Side::Client, Side::Server] {
            let chain = |side, below| around(side, Pass, below);
            let world = World::new(Transport::Duplex, broken(), Some((side, chain))).await;
            let outcome = call(&world.caller, kind, &["a"]).await;
            if side == Side::Server && !kind.server_streaming() {
                // A unary error goes out as an answer without messages, and its status is known.
                assert_eq!(outcome.code(), Code::DataLoss, "{kind}");
                continue;
            }
            let status = outcome.status.as_ref().unwrap();
            if side == Side::Client && !kind.server_streaming() {
                assert!(Origin::of(status).headers_received(), "{kind}: {status:?}");
            }
            assert_eq!(world.seen(&outcome), expected, "{kind} {side}");
        }
    }
}
