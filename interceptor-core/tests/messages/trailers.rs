//! Trailers are read, added to and changed, in all four call types.

use http::Request;
use interceptor_core::{Call, CallType, Next, Reply, Side};
use tonic::{Code, Status};
use tower::ServiceExt as _;

use super::{answering, replies, requests};
use crate::support::{
    Edge, Svc, around,
    body::{Log, Read, Step, body, data, headers, refuse, replying, status},
    caller::call,
    chain::one_body,
    everywhere, path, service,
};

/// Writes its name into the trailers, and what it found there into the log.
#[derive(Debug, Clone)]
struct Stamp {
    name: &'static str,
    saw: Log<String>,
    /// The status that it puts in the place of the call's.
    code: Option<Code>,
}

impl Stamp {
    fn new(name: &'static str, saw: &Log<String>) -> Self {
        Self {
            name,
            saw: saw.clone(),
            code: None,
        }
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let Self { name, saw, code } = self.clone();
        let ends = saw.clone();
        let run = next
            .run(call)
            .on_end(move |end| ends.push(format!("{name} ends {:?}", end.code())));
        let mut reply = run.await?;
        reply.map_trailers(move |trailers| {
            let stamps: Vec<_> = trailers.get_all("x-stamp").iter().collect();
            saw.push(format!("{name} finds {stamps:?}"));
            assert_eq!(trailers.get("x-below").unwrap(), "here");
            assert!(trailers.contains_key("grpc-status"));
            trailers.append("x-stamp", name.parse().unwrap());
            if let Some(code) = code {
                trailers.insert("grpc-status", i32::from(code).into());
                trailers.insert("grpc-message", "rewritten".parse().unwrap());
            }
        });
        Ok(reply)
    }
}

one_body!([] Stamp);

fn below(steps: Vec<Step>) -> Svc {
    let mut trailers = status(Code::Ok, "");
    trailers.extend(headers(&[("x-below", "here")]));
    let mut steps = steps;
    *steps.last_mut().unwrap() = Step::Trailers(trailers);
    replying(&Log::new(), &steps)
}

async fn read(service: Svc, path: &str) -> Read {
    let request = Request::post(path).body(body([data("a")])).unwrap();
    Read::to_end(service.oneshot(request).await.unwrap().into_body()).await
}

/// The innermost first, and each sees what those inside of it did.
#[tokio::test]
async fn are_changed_from_the_innermost_out() {
    for (kind, side) in everywhere() {
        // In hand; or still to come, because the response is over what is kept.
        for kept in [1 << 16, 3] {
            let saw = Log::new();
            let chain = (Stamp::new("outer", &saw), Stamp::new("inner", &saw));
            let edge = Edge::new(side, chain).max_settled_bytes(kept);
            let read = read(edge.around(below(answering(kind))), path(kind)).await;
            let context = format!("{kind} {side}, kept: {kept}");
            assert_eq!(read.texts(), replies(kind), "{context}");
            let trailers = read.trailers.unwrap();
            let stamps: Vec<_> = trailers.get_all("x-stamp").iter().collect();
            assert_eq!(stamps, ["inner", "outer"], "{context}");
            assert_eq!(trailers["x-below"], "here", "{context}");
            assert_eq!(trailers["grpc-status"], "0", "{context}");
            let found = [
                "inner ends Ok",
                "inner finds []",
                "outer ends Ok",
                "outer finds [\"inner\"]",
            ];
            let mut saw = saw.take();
            saw.sort();
            assert_eq!(saw, found, "{context}");
        }
    }
}

/// Those outside, and the caller, see the status that was put in the trailers.
#[tokio::test]
async fn a_status_in_them_is_the_calls() {
    for (kind, side) in everywhere() {
        for kept in [1 << 16, 3] {
            let saw = Log::new();
            let inner = Stamp {
                code: Some(Code::Aborted),
                ..Stamp::new("inner", &saw)
            };
            let edge = Edge::new(side, (Stamp::new("outer", &saw), inner)).max_settled_bytes(kept);
            let outcome = call(&edge.around(below(answering(kind))), kind, requests(kind)).await;
            let context = format!("{kind} {side}, kept: {kept}");
            assert_eq!(
                (outcome.code(), outcome.text()),
                (Code::Aborted, "rewritten"),
                "{context}"
            );
            let saw = saw.take();
            assert!(
                saw.contains(&"inner ends Ok".to_owned()),
                "{context}: {saw:?}"
            );
            assert!(
                saw.contains(&"outer ends Aborted".to_owned()),
                "{context}: {saw:?}"
            );
        }
    }
}

/// In hand when the call is over, and else to come.
#[derive(Debug, Clone)]
struct Peek;

impl Peek {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let kind = call.kind();
        let reply = next.run(call).await?;
        match reply.trailers() {
            Some(trailers) => assert_eq!(trailers.get("x-below").unwrap(), "here"),
            None => assert!(kind.server_streaming(), "{kind}"),
        }
        Ok(reply)
    }
}

one_body!([] Peek);

#[tokio::test]
async fn are_in_hand_once_a_call_is_over() {
    for (kind, side) in everywhere() {
        let outcome = call(
            &around(side, Peek, below(answering(kind))),
            kind,
            requests(kind),
        )
        .await;
        assert_eq!(outcome.texts(), replies(kind), "{kind} {side}");
    }
}

/// An answer without messages has none: its status is in the headers, and stays there.
#[tokio::test]
async fn of_an_answer_without_messages() {
    for kind in interceptor_core::CallKind::ALL {
        let saw = Log::new();
        let below = service(|_| async { Ok(refuse(Code::NotFound, "none")) });
        let service = around(Side::Server, Stamp::new("only", &saw), below);
        let request = Request::post(path(kind)).body(body([data("a")])).unwrap();
        let response = service.oneshot(request).await.unwrap();
        assert!(http_body::Body::is_end_stream(response.body()), "{kind}");
        assert_eq!(response.headers()["grpc-status"], "5", "{kind}");
        assert_eq!(saw.take(), ["only ends NotFound"], "{kind}");
    }
}

/// Looks at each message, both ways.
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

/// A request has none in gRPC, but may have them in HTTP: they pass, and decide nothing.
#[tokio::test]
async fn of_a_request() {
    for (kind, side) in everywhere() {
        let arrived: Log<Read> = Log::new();
        let service = around(side, (Looks, Looks), replying(&arrived, &answering(kind)));
        let mut trailers = status(Code::NotFound, "no");
        trailers.extend(headers(&[("x-request", "trailer")]));
        let steps = [data("a"), Step::Trailers(trailers.clone())];
        let request = Request::post(path(kind)).body(body(steps)).unwrap();
        let response = service.oneshot(request).await.unwrap();
        let read = Read::to_end(response.into_body()).await;
        assert_eq!(read.texts(), replies(kind), "{kind} {side}");
        let arrived = arrived.take().pop().unwrap();
        assert_eq!(arrived.texts(), ["a"], "{kind} {side}");
        assert_eq!(arrived.trailers, Some(trailers), "{kind} {side}");
    }
}
