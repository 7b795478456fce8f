//! A caller that does not wait for the end.

use std::time::Duration;

use http::{Request, Response};
use interceptor_core::{Call, CallKind, CallType, Next, Reply};
use tonic::{Code, Status, body::Body};
use tower::{Service as _, ServiceExt as _};

use super::{Told, twice};
use crate::support::{
    Edge, Svc, around,
    body::{Log, Step, Watch, answer, body, data, next, ok, respond, watched},
    chain::one_body,
    everywhere, path, service,
};

fn request(kind: CallKind) -> Request<Body> {
    let request = Request::post(path(kind)).header("grpc-timeout", "10S");
    request.body(body([data("a")])).unwrap()
}

/// What goes by before the caller gives up, and the code of the end.
const TIMES: [(Duration, Code); 2] = [
    (Duration::from_secs(9), Code::Cancelled),
    (Duration::from_secs(10), Code::DeadlineExceeded),
];

#[tokio::test(start_paused = true)]
async fn before_the_headers() {
    for (kind, side) in everywhere() {
        for (time, code) in TIMES {
            let (told, watch) = (Told::new(), Watch::default());
            let below = {
                let watch = watch.clone();
                service(move |_| {
                    let held = watched([], &watch);
                    async move {
                        std::future::pending::<()>().await;
                        Ok(respond(held))
                    }
                })
            };
            let call = around(side, twice(&told), below).oneshot(request(kind));
            assert!(tokio::time::timeout(time, call).await.is_err());
            assert_eq!(told.codes(), [code; 2], "{kind} {side}");
            assert!(watch.is_dropped(), "{kind} {side}: what is below, at once");
        }
    }
}

/// Without a deadline, it is never a deadline's.
#[tokio::test(start_paused = true)]
async fn without_a_deadline() {
    for (kind, side) in everywhere() {
        let told = Told::new();
        let below = service(|_| std::future::pending());
        let request = Request::post(path(kind)).body(Body::empty()).unwrap();
        let call = around(side, twice(&told), below).oneshot(request);
        assert!(
            tokio::time::timeout(Duration::from_secs(99), call)
                .await
                .is_err()
        );
        assert_eq!(told.codes(), [Code::Cancelled; 2], "{kind} {side}");
    }
}

/// A call that is never polled did not start.
#[tokio::test]
async fn before_it_started() {
    for (kind, side) in everywhere() {
        let told = Told::new();
        let mut service = around(side, twice(&told), service(|_| std::future::pending()));
        drop(service.ready().await.unwrap().call(request(kind)));
        assert_eq!(told.codes(), [], "{kind} {side}");
    }
}

fn below(steps: &[Step], watch: &Watch) -> Svc {
    let (steps, watch) = (steps.to_vec(), watch.clone());
    service(move |_| std::future::ready(Ok(respond(watched(steps.clone(), &watch)))))
}

async fn respond_to(service: Svc, kind: CallKind) -> Response<Body> {
    service.oneshot(request(kind)).await.unwrap()
}

/// Also of a response of one message that is too long to be kept.
#[tokio::test(start_paused = true)]
async fn in_the_middle_of_a_body() {
    for (kind, side) in everywhere() {
        for (time, code) in TIMES {
            // Not read at all; one message; all but the trailers; and while waiting.
            for reads in 0..4 {
                let (told, watch) = (Told::new(), Watch::default());
                let below = below(&[data("x"), data("y"), Step::Hang], &watch);
                let edge = Edge::new(side, twice(&told)).max_settled_bytes(3);
                let mut body = respond_to(edge.around(below), kind).await.into_body();
                for _ in 0..reads.min(2) {
                    next(&mut body).await.unwrap().unwrap();
                }
                if reads == 3 {
                    assert!(tokio::time::timeout(time, next(&mut body)).await.is_err());
                } else {
                    tokio::time::advance(time).await;
                }
                assert_eq!(told.codes(), [], "{kind} {side} {reads}");
                assert!(!watch.is_dropped(), "{kind} {side} {reads}");
                drop(body);
                assert_eq!(told.codes(), [code; 2], "{kind} {side} {reads}");
                assert!(watch.is_dropped(), "{kind} {side} {reads}: at once");
            }
        }
    }
}

/// A unary response that is still read ahead.
#[tokio::test(start_paused = true)]
async fn while_a_unary_response_is_read() {
    for (kind, side) in everywhere().filter(|(kind, _)| !kind.server_streaming()) {
        for (time, code) in TIMES {
            let (told, watch) = (Told::new(), Watch::default());
            let below = below(&[data("x"), Step::Hang], &watch);
            let call = around(side, twice(&told), below).oneshot(request(kind));
            assert!(tokio::time::timeout(time, call).await.is_err());
            assert_eq!(told.codes(), [code; 2], "{kind} {side}");
            assert!(watch.is_dropped(), "{kind} {side}");
        }
    }
}

/// A unary call is over before anybody reads its body; a streamed one is over with its trailers.
#[tokio::test]
async fn behind_the_end() {
    for (kind, side) in everywhere() {
        let (told, watch) = (Told::new(), Watch::default());
        let below = below(&[data("x"), ok()], &watch);
        let mut body = respond_to(around(side, twice(&told), below), kind)
            .await
            .into_body();
        if kind.server_streaming() {
            while next(&mut body).await.is_some() {}
        }
        assert_eq!(told.codes(), [Code::Ok; 2], "{kind} {side}");
        drop(body);
        assert_eq!(told.codes(), [], "{kind} {side}");
    }
}

/// A body that says that it is at its end behind its last message is not polled again: it was not dropped, it ended.
#[tokio::test]
async fn a_body_that_says_that_it_is_at_its_end() {
    for (kind, side) in everywhere() {
        let told = Told::new();
        let below = service(|_| async {
            let frame = crate::support::body::frame("x");
            let mut response = respond(Body::new(http_body_util::Full::new(frame)));
            response.headers_mut().insert("grpc-status", 0.into());
            Ok(response)
        });
        let mut body = respond_to(around(side, twice(&told), below), kind)
            .await
            .into_body();
        next(&mut body).await.unwrap().unwrap();
        assert!(http_body::Body::is_end_stream(&body), "{kind} {side}");
        drop(body);
        assert_eq!(told.codes(), [Code::Ok; 2], "{kind} {side}");
    }
}

/// The deadline that counts is the one that stood when the call went past.
#[derive(Debug, Clone)]
struct Shorten(Duration);

impl Shorten {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let deadline = call.deadline().unwrap().checked_sub(self.0);
        call.set_deadline(deadline.unwrap());
        next.run(call).await
    }
}

one_body!([] Shorten);

#[tokio::test(start_paused = true)]
async fn by_the_deadline_of_each() {
    for (kind, side) in everywhere() {
        let (outer, inner) = (Told::new(), Told::new());
        let headers = Log::new();
        let below = {
            let headers: Log<String> = headers.clone();
            service(move |request: Request<Body>| {
                let timeout = request.headers()["grpc-timeout"].to_str().unwrap();
                headers.push(timeout.to_owned());
                std::future::pending()
            })
        };
        let chain = (
            outer.clone(),
            Shorten(Duration::from_secs(5)),
            inner.clone(),
        );
        let call = around(side, chain, below).oneshot(request(kind));
        assert!(
            tokio::time::timeout(Duration::from_secs(6), call)
                .await
                .is_err()
        );
        assert_eq!(outer.codes(), [Code::Cancelled], "{kind} {side}");
        assert_eq!(inner.codes(), [Code::DeadlineExceeded], "{kind} {side}");
        assert_eq!(headers.take(), ["5000000u"], "{kind} {side}");
    }
}

/// What nobody below can do in time is not sent.
#[tokio::test(start_paused = true)]
async fn a_deadline_that_has_passed() {
    for (kind, side) in everywhere() {
        let told = Told::new();
        let below = service(|_| async { Ok(answer([data("x"), ok()])) });
        let chain = (told.clone(), Shorten(Duration::from_secs(10)));
        let outcome = around(side, chain, below).oneshot(request(kind)).await;
        let code = match outcome {
            Ok(response) => Code::from_bytes(response.headers()["grpc-status"].as_bytes()),
            Err(error) => Status::from_error(error).code(),
        };
        assert_eq!(code, Code::DeadlineExceeded, "{kind} {side}");
        assert_eq!(told.codes(), [Code::DeadlineExceeded], "{kind} {side}");
    }
}
