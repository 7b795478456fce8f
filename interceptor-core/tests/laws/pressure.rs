//! Back-pressure is that of the bare service: who reads once makes the producer produce once.

use http::Request;
use interceptor_core::{Call, CallKind, CallType, Next, Reply, Side};
use tonic::{Status, body::Body};
use tower::{Service as _, ServiceExt as _};

use super::transparency::CHAINS;
use crate::support::{
    Svc, around,
    body::{self, Log, Read, Step, Watch, data, next, ok, respond, watched},
    chain::one_body,
    everywhere, path, service,
};

const MESSAGES: usize = 8;

/// Looks at the messages of both ways, waits for the end, and sends its request through a replay.
#[derive(Debug, Clone)]
struct Looks;

impl Looks {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut call = call.into_replay(1 << 16).attempt().unwrap();
        call.payload_mut().inspect(|_| {})?;
        let mut reply = next.run(call).on_end(|_| {}).await?;
        reply.payload_mut().try_map(Ok)?;
        reply.map_trailers(|_| {});
        Ok(reply)
    }
}

one_body!([] Looks);

async fn send(service: &Svc, kind: CallKind, body: Body) -> Body {
    let request = Request::post(path(kind)).body(body).unwrap();
    let mut service = service.clone();
    let response = service.ready().await.unwrap().call(request).await;
    response.unwrap().into_body()
}

fn chains(side: Side, below: &Svc) -> Vec<Svc> {
    let mut chains: Vec<_> = CHAINS
        .iter()
        .map(|(_, it)| it(side, below.clone()))
        .collect();
    chains.push(around(side, (Looks, Looks), below.clone()));
    chains
}

fn messages() -> impl Iterator<Item = Step> {
    (0..MESSAGES).map(|number| data(&number.to_string()))
}

/// Reads message by message, and sees how often the producer was asked.
async fn assert_in_step(mut body: Body, watch: &Watch, context: &str) {
    assert_eq!(watch.polls(), 0, "{context}: nobody has read yet");
    for delivered in 1..=MESSAGES {
        next(&mut body).await.unwrap().unwrap();
        assert!(watch.polls() <= delivered + 1, "{context}: {delivered}");
    }
}

#[tokio::test]
async fn of_requests() {
    for (kind, side) in everywhere() {
        let bodies = Log::new();
        let taken = bodies.clone();
        let below = service(move |request| {
            taken.push(request.into_body());
            std::future::ready(Ok(body::answer([data("a"), ok()])))
        });
        for service in chains(side, &below) {
            let watch = Watch::default();
            send(&service, kind, watched(messages(), &watch)).await;
            let body = bodies.take().pop().unwrap();
            if kind.client_streaming() {
                assert_in_step(body, &watch, &format!("{kind} {side}")).await;
            } else {
                assert_eq!(watch.polls(), 0, "{kind} {side}: nobody has read yet");
            }
        }
    }
}

/// A unary response is read to its end, which is one message; a streamed one is not read ahead.
#[tokio::test]
async fn of_responses() {
    for (kind, side) in everywhere().filter(|(kind, _)| kind.server_streaming()) {
        let watch = Watch::default();
        let produced = std::sync::Arc::new(std::sync::Mutex::new(watch));
        let below = {
            let produced = produced.clone();
            service(move |_| {
                let steps = messages().chain([ok()]);
                let body = watched(steps, &produced.lock().unwrap());
                std::future::ready(Ok(respond(body)))
            })
        };
        for service in chains(side, &below) {
            let watch = Watch::default();
            *produced.lock().unwrap() = watch.clone();
            let body = send(&service, kind, body::body([data("a")])).await;
            assert_in_step(body, &watch, &format!("{kind} {side}")).await;
        }
    }
}

/// A message does not wait for the one behind it.
///
/// Pitfall P30.
#[tokio::test]
async fn the_first_message_passes_without_a_second() {
    for (kind, side) in everywhere().filter(|(kind, _)| kind.server_streaming()) {
        let below = service(|request| async move {
            let mut requests = request.into_body();
            let first = next(&mut requests).await.unwrap()?;
            let steps = [Step::Data(first.into_data().unwrap()), Step::Hang];
            Ok(respond(body::body(steps)))
        });
        for service in chains(side, &below) {
            let request = body::body([data("first"), Step::Hang]);
            let mut response = send(&service, kind, request).await;
            let first = next(&mut response).await.unwrap().unwrap();
            assert_eq!(body::texts(first.data_ref().unwrap()), ["first"]);
        }
    }
}

/// A server may answer while the client still sends: nobody waits for the rest of the request, or reads it.
///
/// Pitfall P24.
#[tokio::test]
async fn an_early_answer_is_delivered() {
    for (kind, side) in everywhere() {
        let below = service(|_| async { Ok(body::answer([data("done"), ok()])) });
        for service in chains(side, &below) {
            let watch = Watch::default();
            let request = watched([data("a"), Step::Hang], &watch);
            let response = send(&service, kind, request).await;
            let read = Read::to_end(response).await;
            assert_eq!(read.texts(), ["done"], "{kind} {side}");
            assert_eq!(watch.polls(), 0, "{kind} {side}");
        }
    }
}
