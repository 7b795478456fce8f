//! Requests that fail, and attempts that are cancelled.

use http::Request;
use interceptor_core::{Call, CallKind, CallType, Message, Next, Reply, Side};
use tonic::{Code, Status};
use tower::ServiceExt as _;

use super::orders::{Stage, handing};
use crate::support::{
    around,
    body::{Log, Read, Step, answer, body, data, next, ok},
    chain::one_body,
    echo::Echo,
    erase, everywhere,
    net::Transport,
    path, service,
};

const LIMIT: usize = 1 << 20;

/// Refuses the second message of a request, in the caller's way to the attempts.
#[derive(Debug, Clone)]
struct Refuse(Code);

impl Refuse {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (mut count, code) = (0, self.0);
        call.payload_mut().try_map(move |message: Message| {
            count += 1;
            match count {
                2 => Err(Status::new(code, "refused")),
                _ => Ok(message),
            }
        })?;
        next.run(call).await
    }
}

one_body!([] Refuse);

/// It breaks for all attempts, and there are no more.
#[tokio::test]
async fn a_request_that_breaks_is_not_sent_again() {
    for (kind, side) in everywhere() {
        let broken = Step::Fail(Status::data_loss("broken"));
        let mut stage = Stage::new(kind, side, LIMIT, body([data("a"), broken]));
        let (mut first, mut second) = (stage.attempt().await.unwrap(), stage.reader().await);
        assert!(first.reader.poll(), "{kind} {side}");
        assert!(
            stage.attempt().await.is_some(),
            "{kind} {side}: nothing is broken yet"
        );
        first.reader.drain();
        second.drain();
        for reader in [&first.reader, &second] {
            assert_eq!(
                reader.failure().unwrap().code(),
                Code::DataLoss,
                "{kind} {side}"
            );
            assert_eq!(reader.read.len(), 1, "{kind} {side}");
        }
        assert!(stage.attempt().await.is_none(), "{kind} {side}");
        assert!(stage.restart().await.is_none(), "{kind} {side}");
        first.answer.send(Err("the request broke".into())).unwrap();
        assert_eq!(code_of(stage).await, Code::DataLoss, "{kind} {side}");
    }
}

async fn code_of(stage: Stage) -> Code {
    match stage.outcome().await {
        Err(error) => Status::from_error(error).code(),
        Ok(response) => Code::from_bytes(response.headers()["grpc-status"].as_bytes()),
    }
}

/// Whatever the code is that it is refused with.
#[tokio::test]
async fn a_request_that_is_refused_is_not_sent_again() {
    for (kind, side) in everywhere() {
        for code in [Code::InvalidArgument, Code::Cancelled, Code::Unavailable] {
            let request = body([data("a"), data("b"), data("c")]);
            let mut stage = Stage::inside(Refuse(code), kind, side, LIMIT, request);
            let mut attempt = stage.attempt().await.unwrap();
            attempt.reader.drain();
            assert_eq!(attempt.reader.read.len(), 1, "{kind} {side}");
            let failure = attempt.reader.failure().unwrap();
            assert_eq!(failure.message(), "refused", "{kind} {side}");
            // Not to be mistaken for an end.
            assert_ne!(failure.code(), Code::Cancelled, "{kind} {side}");
            assert!(stage.attempt().await.is_none(), "{kind} {side}");
            attempt
                .answer
                .send(Err("the request broke".into()))
                .unwrap();
            assert_eq!(code_of(stage).await, code, "{kind} {side}");
        }
    }
}

/// The peer sees a reset, and never a clean end with half of the messages.
#[tokio::test]
async fn a_cancelled_attempt_is_a_reset() {
    for kind in CallKind::ALL {
        let (below, arrived) = handing();
        let channel = Transport::Duplex.connect(below).await;
        let request = body([data("a"), Step::Hang]);
        let around = |orders| around(Side::Client, orders, channel);
        let mut stage = Stage::with(kind, LIMIT, request, arrived, around);
        let mut attempt = stage.attempt().await.unwrap();
        assert!(
            next(&mut attempt.reader.body).await.unwrap().is_ok(),
            "{kind}"
        );
        stage.cancel().await;
        let end = next(&mut attempt.reader.body).await;
        assert!(matches!(end, Some(Err(_))), "{kind}: {end:?}");

        let mut second = stage.attempt().await.unwrap();
        let frame = next(&mut second.reader.body).await.unwrap().unwrap();
        assert_eq!(
            frame.data_ref(),
            Some(&crate::support::body::frame("a")),
            "{kind}"
        );
    }
}

/// Two attempts at once; what is below reads the one to its end, and the other not at all.
#[derive(Debug, Clone)]
struct Race;

impl Race {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(3);
        let (first, second) = (replay.attempt().unwrap(), replay.attempt().unwrap());
        let (first, second) = tokio::join!(next.clone().run(first), next.run(second));
        let codes = [&first, &second].map(|it| it.as_ref().err().map(Status::code));
        assert!(
            codes.contains(&None) && codes.contains(&Some(Code::Cancelled)),
            "{codes:?}"
        );
        first.or(second)
    }
}

one_body!([] Race);

/// tonic takes a request that breaks with CANCELLED for one that ended: a laggard's handler must not be told so.
#[tokio::test]
async fn a_laggards_handler_does_not_see_an_end() {
    for kind in [CallKind::StreamUnary, CallKind::StreamStream] {
        let echo = Echo::new();
        let server = tonic::service::Routes::new(testproto::echo::echo_server::EchoServer::new(
            echo.clone(),
        ));
        let service = around(Side::Server, Race, erase(server));
        let request =
            Request::post(path(kind)).body(body([Step::Wait, data("a"), Step::Wait, data("b")]));
        let response = service.oneshot(request.unwrap()).await.unwrap();
        let read = Read::to_end(response.into_body()).await;
        assert!(read.broken.is_none(), "{kind}");
        assert_eq!(
            echo.ran.len(),
            1,
            "{kind}: the other has half of the messages"
        );
    }
}

/// The response is delivered while its attempt still reads the request: the replay is gone, the request goes on.
#[derive(Debug, Clone)]
struct Once;

impl Once {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let attempt = call.into_replay(LIMIT).attempt().unwrap();
        next.run(attempt).await
    }
}

one_body!([] Once);

#[tokio::test]
async fn a_request_goes_on_behind_its_response() {
    for (kind, side) in everywhere().filter(|(kind, _)| kind.server_streaming()) {
        let arrived = Log::new();
        let below = {
            let arrived = arrived.clone();
            service(move |request| {
                arrived.push(request.into_body());
                std::future::ready(Ok(answer([data("x"), ok()])))
            })
        };
        let request = Request::post(path(kind)).body(body([data("a"), Step::Wait, data("b")]));
        let response = around(side, Once, below)
            .oneshot(request.unwrap())
            .await
            .unwrap();
        let read = Read::to_end(response.into_body()).await;
        assert_eq!(read.texts(), ["x"], "{kind} {side}");
        let request = Read::to_end(arrived.take().pop().unwrap()).await;
        assert_eq!(request.texts(), ["a", "b"], "{kind} {side}");
    }
}
