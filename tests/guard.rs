//! What stands around the polls of a body.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use std::{
    cell::Cell,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::stream;
use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::body::Body;
use grpc_interceptor::{Guard, Identity, Origin, Reply};
use interceptor_test::{
    Case, Ending, Failure, Harness, Moment, Outcome, Peer, Recorder, RequestEnd, Script,
};
use tokio::time::Sleep;
use tower::{ServiceExt as _, service_fn};

thread_local! {
    static WITHIN: Cell<u32> = const { Cell::new(0) };
}

/// What is tested, around requests and around responses.
#[grpc_interceptor]
#[derive(Debug, Clone, Copy)]
struct Guards {
    request: Probe,
    response: Probe,
}

/// A guard that does one thing.
#[derive(Debug, Clone, Copy)]
enum Probe {
    /// None at all.
    Off,
    /// What the trait does by default.
    Default,
    /// Ends the body after that many milliseconds.
    After(u64),
    /// Lets no bytes pass that have this one in them.
    Refuses(u8),
    /// Says UNAVAILABLE for what the body breaks with.
    Renames,
    /// Sets a thread-local.
    Sets,
    /// Does not poll what it is given.
    Forgets,
}

struct At {
    probe: Probe,
    sleep: Option<std::pin::Pin<Box<Sleep>>>,
}

impl Guards {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if let Some(guard) = self.request.guard() {
            call.guard(guard);
        }
        let mut reply = next.run(call).await?;
        if let Some(guard) = self.response.guard() {
            reply.guard(guard)?;
        }
        Ok(reply)
    }
}

impl Probe {
    fn guard(self) -> Option<At> {
        let probe = self;
        let sleep = match self {
            Self::Off => return None,
            Self::After(millis) => Some(Duration::from_millis(millis)),
            _ => None,
        };
        let sleep = sleep.map(|time| Box::pin(tokio::time::sleep(time))); // paused time
        Some(At { probe, sleep })
    }
}

impl Guard for At {
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        match &mut self.sleep {
            Some(sleep) => sleep
                .as_mut()
                .poll(cx)
                .map(|()| Status::resource_exhausted("ended")),
            None => Poll::Pending,
        }
    }

    fn around(&mut self, poll: &mut dyn FnMut()) {
        match self.probe {
            Probe::Sets => {
                let before = WITHIN.replace(1);
                poll();
                poll();
                WITHIN.set(before);
            }
            Probe::Forgets => {}
            _ => poll(),
        }
    }

    fn data(&mut self, bytes: &bytes::Bytes) -> Result<(), Status> {
        match self.probe {
            Probe::Refuses(byte) if bytes[5..].contains(&byte) => {
                Err(Status::invalid_argument("refused"))
            }
            _ => Ok(()),
        }
    }

    fn broken(&mut self, status: Status) -> Status {
        match self.probe {
            Probe::Renames => Status::unavailable(format!("{:?}", Origin::of(&status))),
            _ => status,
        }
    }
}

const fn on_response(response: Probe) -> Guards {
    let request = Probe::Off;
    Guards { request, response }
}

const fn on_request(request: Probe) -> Guards {
    let response = Probe::Off;
    Guards { request, response }
}

/// All that a caller and a peer can see.
fn seen(outcome: &Outcome) -> String {
    let attempts: Vec<_> = outcome
        .attempts()
        .iter()
        .map(|it| (it.messages().to_vec(), it.request_end(), it.response_end()))
        .collect();
    let (status, ending) = (outcome.status(), outcome.ending());
    let (messages, trailers) = (outcome.messages(), outcome.trailers());
    let origin = Origin::of(status);
    format!("{ending:?} {origin:?} {status:?} {messages:?} {trailers:?} {attempts:?}")
}

fn peers() -> Vec<Peer> {
    vec![
        Peer::echo().metadata("x-head", "1").trailer("x-tail", "2"),
        Peer::reject(Code::NotFound),
        Peer::fail_after(0, Code::Aborted),
        Peer::fail_after(2, Code::Aborted),
        Peer::drop_after(1),
        Peer::no_trailers(),
        Peer::script(Script::new().read(1).headers().send("a").end(Code::Ok)),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_does_nothing_changes_nothing() {
    for case in Case::all() {
        for (index, peer) in peers().into_iter().enumerate() {
            let bare = Harness::new(case, (Identity, Recorder::new("in")));
            let bare = seen(&bare.peer(peer.clone()).call().await);
            for probe in [Probe::Default, Probe::Sets, Probe::Forgets] {
                let both = Guards {
                    request: probe,
                    response: probe,
                };
                let outcome = Harness::new(case, (both, Recorder::new("in")));
                let outcome = outcome.peer(peer.clone()).call().await;
                assert_eq!(seen(&outcome), bare, "{index} {probe:?}: {outcome}");
                let outcome = Harness::new(case, (both, both)).peer(peer.clone());
                let outcome = outcome.call().await;
                assert_eq!(seen(&outcome), bare, "{index} {probe:?} twice: {outcome}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn ends_a_response_and_cancels_what_is_below() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        let (outside, inside) = (Recorder::new("out"), Recorder::new("in"));
        let chain = (
            outside.clone(),
            on_response(Probe::After(10)),
            inside.clone(),
        );
        let outcome = Harness::new(case, chain)
            .peer(Peer::hang_after(1))
            .call()
            .await;
        assert_eq!(outcome.status().message(), "ended", "{outcome}");
        assert_eq!(outcome.elapsed(), Duration::from_millis(10));
        let ending = match case.side() {
            Side::Client => Ending::BodyFailed,
            Side::Server => Ending::Trailers,
        };
        assert_eq!(outcome.ending(), ending);
        assert!(outcome.attempts()[0].is_dropped());
        assert_eq!(outside.ends(), [Code::ResourceExhausted]);
        assert_eq!(inside.ends(), [Code::Cancelled]);
    }
}

#[tokio::test(start_paused = true)]
async fn ends_a_request_and_the_call_with_it() {
    for case in Case::all() {
        let harness = Harness::new(case, on_request(Probe::After(10)));
        let outcome = harness.request_pause(Duration::from_millis(7)).call().await;
        assert_eq!(outcome.code(), Code::ResourceExhausted, "{outcome}");
        assert_eq!(outcome.elapsed(), Duration::from_millis(10));
        let end = outcome.attempts()[0].request_end();
        assert_eq!(end, RequestEnd::Failed(Code::ResourceExhausted));
    }
}

#[tokio::test(start_paused = true)]
async fn refuses_bytes_before_they_pass() {
    for case in Case::all() {
        let harness = Harness::new(case, on_response(Probe::Refuses(b'2')));
        let peer = Peer::fail_after(2, Code::Ok);
        let outcome = harness.peer(peer).call().await;
        if case.kind().server_streaming() {
            assert_eq!(outcome.code(), Code::InvalidArgument, "{outcome}");
            assert_eq!(outcome.messages(), ["1"]);
        }
        let harness = Harness::new(case, on_response(Probe::Refuses(b'1')));
        let outcome = harness.peer(Peer::reply(["1"])).call().await;
        assert_eq!(outcome.code(), Code::InvalidArgument, "{outcome}");
        assert!(outcome.messages().is_empty());

        let harness = Harness::new(case, on_request(Probe::Refuses(b'!')));
        let outcome = harness.request("no!").call().await;
        assert_eq!(outcome.code(), Code::InvalidArgument, "{outcome}");
        assert!(outcome.attempts()[0].messages().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_in_hand_that_an_interceptor_made_is_shown_too() {
    /// Answers by itself, with this.
    #[grpc_interceptor(kinds(unary_unary, stream_unary), otherwise = pass)]
    struct Answer(&'static str);

    impl Answer {
        fn intercept_call<T: CallType<Response = grpc_interceptor::Single>>(
            &self,
            _: Call<T>,
            _: impl Next<T>,
        ) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
            let mut reply = Reply::new(Message::from_bytes("0".into()));
            reply.set_message(Message::from_bytes(self.0.into()));
            std::future::ready(Ok(reply))
        }
    }

    for case in Case::all().filter(|case| !case.kind().server_streaming()) {
        for (byte, code) in [(b'1', Code::InvalidArgument), (b'0', Code::Ok)] {
            let chain = (on_response(Probe::Refuses(byte)), Answer("1"));
            let outcome = Harness::new(case, chain).call().await;
            assert_eq!(outcome.code(), code, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn says_what_a_body_breaks_with() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        let script = Script::new().send("a").fail(Failure::ConnectionLost);
        let harness = Harness::new(case, on_response(Probe::Renames));
        let outcome = harness.peer(Peer::script(script)).call().await;
        assert_eq!(outcome.code(), Code::Unavailable, "{outcome}");
        if case.side() == Side::Client {
            assert!(
                outcome.status().message().contains("ConnectionLost"),
                "{outcome}"
            );
            assert!(
                outcome
                    .status()
                    .message()
                    .contains("headers_received: true")
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn polls_happen_within_it() {
    let service = service_fn(|_: http::Request<Body>| async {
        let frames = stream::unfold(0, |count| async move {
            assert_eq!(WITHIN.get(), 1, "polled outside");
            let frame = http_body::Frame::data(bytes::Bytes::from_static(b"\0\0\0\0\x01a"));
            (count < 3).then_some((Ok::<_, Status>(frame), count + 1))
        });
        Ok::<_, Status>(http::Response::new(http_body_util::StreamBody::new(frames)))
    });
    let case = Case::new(CallKind::StreamStream, Side::Server);
    WITHIN.set(1); // for the handler itself
    let layer = ServerLayer::new(on_response(Probe::Sets), &Case::methods()).unwrap();
    let call = http::Request::post(case.path())
        .body(Body::empty())
        .unwrap();
    let response = layer.layer(service).oneshot(call).await.unwrap();
    WITHIN.set(0);
    let mut body = std::pin::pin!(response.into_body());
    let mut frames = 0;
    while let Some(frame) = http_body_util::BodyExt::frame(&mut body).await {
        frame.unwrap();
        frames += 1;
    }
    assert_eq!((frames, WITHIN.get()), (3, 0));
}

thread_local! {
    static DROPPED_WITHIN: Cell<Option<u32>> = const { Cell::new(None) };
}

/// Notes whether it was dropped within the guard outside of it.
struct Notes;

impl Guard for Notes {}

impl Drop for Notes {
    fn drop(&mut self) {
        DROPPED_WITHIN.set(Some(WITHIN.get()));
    }
}

/// Around requests, and around responses.
#[grpc_interceptor]
#[derive(Debug, Clone, Copy)]
struct Noted(Side);

impl Noted {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if self.0 == Side::Client {
            call.guard(Notes);
            return next.run(call).await;
        }
        let mut reply = next.run(call).await?;
        if reply.trailers().is_none() {
            reply.guard(Notes)?;
        }
        Ok(reply)
    }
}

/// A caller that goes away drops what is left of a response, and the service what is left of a request.
#[tokio::test(start_paused = true)]
async fn a_drop_happens_within_it() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        DROPPED_WITHIN.set(None);
        let chain = (on_response(Probe::Sets), Noted(Side::Server));
        let harness = Harness::new(case, chain).cancel_at(Moment::Responses(1));
        let outcome = harness.call().await;
        assert_eq!(outcome.ending(), Ending::Cancelled, "{outcome}");
        assert_eq!(DROPPED_WITHIN.get(), Some(1), "{outcome}");
    }
    for case in Case::all() {
        DROPPED_WITHIN.set(None);
        // nearer to the service is further out: it polls
        let chain = (Noted(Side::Client), on_request(Probe::Sets));
        let harness = Harness::new(case, chain).cancel_at(Moment::BeforeHeaders);
        let outcome = harness.peer(Peer::hang()).call().await;
        assert_eq!(DROPPED_WITHIN.get(), Some(1), "{outcome}");
    }
    assert_eq!(WITHIN.get(), 0);
}
