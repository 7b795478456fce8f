//! What nobody looks at is not touched: a request body is the same object, a streamed response passes frame by frame.

use http::{Request, Response};
use interceptor_core::{Call, CallKind, CallType, Next, Origin, Reply, Side};
use tonic::{Status, body::Body};
use tower::{Service as _, ServiceExt as _};

use super::transparency::CHAINS;
use crate::support::{
    Svc, around,
    body::{self, Log, Step, Watch, data, ok, respond, watched},
    caller::call,
    chain::{Reject, one_body},
    echo::{Mark, failure},
    everywhere, path, service,
};

async fn send(service: &Svc, path: &str, body: Body) -> Response<Body> {
    let request = Request::post(path).extension(Mark(1)).body(body).unwrap();
    let mut service = service.clone();
    service.ready().await.unwrap().call(request).await.unwrap()
}

/// Gives the request bodies that it gets to the test.
fn taking(bodies: Log<Body>) -> Svc {
    service(move |request| {
        bodies.push(request.into_body());
        std::future::ready(Ok(body::answer([data("a"), ok()])))
    })
}

/// How far down the stack a body is polled from here, and what it is asked on its way.
#[inline(never)]
fn poll(body: &mut Body, watch: &Watch) -> (usize, usize) {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let polled = http_body::Body::poll_frame(std::pin::Pin::new(body), &mut cx);
    assert!(polled.is_ready());
    (watch.depth(), watch.hints())
}

/// Looks at each message.
#[derive(Debug, Clone)]
struct Looks;

impl Looks {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        call.payload_mut().inspect(|_| {})?;
        next.run(call).await
    }
}

one_body!([] Looks);

/// A wrapper would be a step on the way down to it, and would have asked it whether it is empty.
#[tokio::test]
async fn a_request_body_arrives_as_the_same_object() {
    for (kind, side) in everywhere() {
        let mut polls = Vec::new();
        let bodies = Log::new();
        let below = taking(bodies.clone());
        let mut services: Vec<_> = CHAINS
            .iter()
            .map(|(_, it)| it(side, below.clone()))
            .collect();
        services.push(below.clone());
        services.push(around(side, Looks, below));
        for service in services {
            let watch = Watch::default();
            send(&service, path(kind), watched([data("a")], &watch)).await;
            let mut body = bodies.take().pop().unwrap();
            polls.push(poll(&mut body, &watch));
        }
        let (looked_at, others) = polls.split_last().unwrap();
        let bare = others.last().unwrap();
        assert!(
            others.iter().all(|it| it == bare),
            "{kind} {side}: {polls:?}"
        );
        assert_ne!(looked_at, bare, "a wrapper would go unnoticed");
    }
}

/// Each frame of a response is the very memory that came from below.
#[tokio::test]
async fn a_response_passes_frame_by_frame() {
    for (kind, side) in everywhere() {
        for (name, chain) in CHAINS {
            let whole = body::frame("a");
            let frames = [
                whole.slice(..3),
                whole.slice(3..),
                body::frame("b"),
                [body::frame("c"), body::frame("d")].concat().into(),
                body::frame("e").slice(..7),
                body::frame("e").slice(7..),
            ];
            let below = {
                let frames = frames.clone();
                service(move |_| {
                    let steps = frames.clone().map(Step::Data).into_iter().chain([ok()]);
                    std::future::ready(Ok(body::answer(steps)))
                })
            };
            let response = send(&chain(side, below), path(kind), body::body([])).await;
            let read = body::Read::to_end(response.into_body()).await;
            let places = |frames: &[bytes::Bytes]| {
                let place = |it: &bytes::Bytes| (it.as_ptr(), it.len());
                frames.iter().map(place).collect::<Vec<_>>()
            };
            let context = format!("{kind} {side} {name}");
            assert_eq!(places(&read.chunks), places(&frames), "{context}");
            assert_eq!(read.trailers.unwrap()["grpc-status"], "0", "{context}");
        }
    }
}

/// Also those of an error.
///
/// Pitfall P8.
#[tokio::test]
async fn extensions_pass_both_ways() {
    for (kind, side) in everywhere() {
        for (name, chain) in CHAINS {
            for refused in [false, true] {
                let below = service(move |request: Request<Body>| {
                    assert_eq!(request.extensions().get(), Some(&Mark(1)));
                    let mut response = if refused {
                        body::refuse(tonic::Code::NotFound, "none")
                    } else {
                        respond(body::body([data("a"), ok()]))
                    };
                    response.extensions_mut().insert(Mark(2));
                    std::future::ready(Ok(response))
                });
                if refused && side == Side::Client {
                    continue; // a status is the service's error there
                }
                let response = send(&chain(side, below), path(kind), body::body([])).await;
                let mark = response.extensions().get();
                assert_eq!(mark, Some(&Mark(2)), "{kind} {side} {name}");
            }
        }
    }
}

/// A layer above sees the status of a handler, with its source, where tonic leaves it.
#[tokio::test]
async fn the_source_of_a_handlers_status_stays_with_it() {
    for kind in CallKind::ALL {
        for (name, chain) in CHAINS {
            let service = chain(Side::Server, crate::support::echo::routes());
            let request = body::body([data("fail:5")]);
            let response = send(&service, path(kind), request).await;
            let status: &Status = response.extensions().get().unwrap();
            let source = std::error::Error::source(status).unwrap();
            assert!(source.is::<std::io::Error>(), "{kind} {name}");
        }
    }
}

/// Nothing is laid over a source, and where there was none there is none: below, in a link further in, or on the way out.
///
/// Pitfall P33.
#[tokio::test]
async fn a_status_that_was_made_here_is_not_touched() {
    for kind in CallKind::ALL {
        for (source, made) in [(true, failure(5)), (false, Status::not_found("none"))] {
            let below = service(|_| async { panic!("it runs") });
            let rejected = around(Side::Client, (Looks, Reject::with(made.clone())), below);
            let failing = service(move |_| std::future::ready(Err(made.clone().into())));
            for service in [rejected, around(Side::Client, Looks, failing)] {
                let status = call(&service, kind, &["a"]).await.status.unwrap();
                let is_io = |it: &(dyn std::error::Error + 'static)| it.is::<std::io::Error>();
                let found = std::error::Error::source(&status).map(is_io);
                assert_eq!(found, source.then_some(true), "{kind}");
                assert_eq!(Origin::of(&status), Origin::Local, "{kind}");
            }
        }
    }
}
