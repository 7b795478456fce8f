//! What no server of tonic's would send: a chain that hands calls on lets the caller see of it what he sees without it.

use http::{HeaderMap, Response};
use interceptor_core::{BoxInterceptor, CallKind};
use testproto::echo::echo_client::EchoClient;
use tonic::{Code, body::Body};

use super::transparency::{Seen, World, difference};
use crate::support::{
    SIDES, Svc, around,
    body::{Read, Step, answer, body, data, failed, frame, framed, headers, ok, respond, status},
    caller::{Ask, ask},
    chain::Pass,
    net::Transport,
    service,
};

/// The number of the script, as the call's metadata say it.
const SCRIPT: &str = "x-script";

/// What is wrong with a response, and the response.
type Script = (&'static str, Response<Body>);

fn scripts() -> Vec<Script> {
    let groups = [messages, in_headers, halves, frames, trailers, no_grpc];
    groups.iter().flat_map(|group| group()).collect()
}

fn messages() -> Vec<Script> {
    let (a, b) = (|| data("a"), || data("b"));
    vec![
        ("nothing", answer([a(), ok()])),
        ("no trailers", answer([a()])),
        ("no trailers and no message", answer([])),
        ("nothing at all", respond(Body::empty())),
        ("no message", answer([ok()])),
        ("two messages", answer([a(), b(), ok()])),
        ("two messages, no trailers", answer([a(), b()])),
        ("error in trailers", answer([bad()])),
        ("error after a message", answer([a(), bad()])),
        ("error after two", answer([a(), b(), bad()])),
    ]
}

fn in_headers() -> Vec<Script> {
    let ok_with = |steps: Vec<Step>| with(Code::Ok, answer(steps));
    let empty = with(Code::Ok, respond(Body::empty()));
    let aborted = with(Code::Aborted, answer([data("a"), ok()]));
    vec![
        ("OK in headers", ok_with(vec![])),
        ("OK in headers, no body", empty),
        ("OK in headers, and a message", ok_with(vec![data("a")])),
        (
            "OK in headers, error in trailers",
            ok_with(vec![data("a"), bad()]),
        ),
        ("error in headers, and a body", aborted),
    ]
}

fn halves() -> Vec<Script> {
    vec![
        ("half a prefix", answer([part(3), ok()])),
        ("half a message", answer([part(6), ok()])),
        ("half a message, no trailers", answer([part(6)])),
        ("half a message, error", answer([part(6), bad()])),
        ("one and a half", answer([data("a"), part(6), ok()])),
        ("one and a half, no trailers", answer([data("a"), part(6)])),
        ("one and a half, error", answer([data("a"), part(6), bad()])),
    ]
}

fn frames() -> Vec<Script> {
    let flagged = |flag| Step::Data(framed(flag, b""));
    let no_protobuf = Step::Data(framed(0, b"\xff"));
    vec![
        ("messages in one frame", answer([both(), ok()])),
        ("a message in pieces", answer([part(3), rest(3), ok()])),
        ("empty frames", answer([empty(), data("a"), empty(), ok()])),
        ("an unknown flag", answer([flagged(7), ok()])),
        (
            "a flag behind a message",
            answer([data("a"), flagged(7), ok()]),
        ),
        ("a compressed message", answer([flagged(1), ok()])),
        ("no protobuf", answer([no_protobuf, ok()])),
    ]
}

fn trailers() -> Vec<Script> {
    let a_and = |trailers| answer([data("a"), trailers]);
    let escapes = Step::Trailers(status(Code::Internal, "%41%zz%"));
    vec![
        ("more trailers than a status", a_and(more(Code::Ok))),
        ("more trailers than an error", a_and(more(Code::DataLoss))),
        (
            "a code that does not exist",
            a_and(trailer("grpc-status", "99")),
        ),
        ("a code that is none", a_and(trailer("grpc-status", "ok"))),
        ("trailers without a status", a_and(trailer("x-a", "b"))),
        ("a text with escapes", answer([escapes])),
    ]
}

fn no_grpc() -> Vec<Script> {
    let statuses = [204, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504];
    let mut scripts = Vec::from(statuses.map(|it| ("HTTP status", http(it, Body::empty()))));
    let in_headers = |code| with(code, http(500, body([data("a")])));
    scripts.extend([
        ("HTTP error, OK in trailers", http(500, body([ok()]))),
        ("HTTP error, error in trailers", http(503, body([bad()]))),
        ("HTTP error, OK in headers", in_headers(Code::Ok)),
        ("HTTP error, error in headers", in_headers(Code::Aborted)),
    ]);
    scripts
}

fn bad() -> Step {
    failed(Code::DataLoss, "bad%20things")
}

fn both() -> Step {
    Step::Data([frame("a"), frame("b")].concat().into())
}

fn part(length: usize) -> Step {
    Step::Data(frame("a").slice(..length))
}

fn rest(from: usize) -> Step {
    Step::Data(frame("a").slice(from..))
}

fn empty() -> Step {
    Step::Data(bytes::Bytes::new())
}

fn trailer(name: &'static str, value: &str) -> Step {
    Step::Trailers(headers(&[(name, value)]))
}

fn more(code: Code) -> Step {
    let mut trailers: HeaderMap = status(code, "text");
    trailers.extend(headers(&[
        ("x-t", "1"),
        ("x-t-bin", "AP8"),
        ("grpc-status-details-bin", "AP8"),
    ]));
    Step::Trailers(trailers)
}

fn with(code: Code, mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().extend(status(code, "in headers"));
    response
}

fn http(status: u16, body: Body) -> Response<Body> {
    let builder = Response::builder().status(status).header("x-proxy", "yes");
    builder.body(body).unwrap()
}

/// Reads the request, and answers with the script that it names.
fn scripted() -> Svc {
    service(|request| async move {
        let number: usize = request.headers()[SCRIPT].to_str()?.parse()?;
        Read::to_end(request.into_body()).await;
        Ok(scripts().swap_remove(number).1)
    })
}

async fn run(world: &World, number: usize, kind: CallKind) -> Seen {
    let mut asked = Ask::of(&["a"]);
    asked.metadata.insert(SCRIPT, number.into());
    let mut client = EchoClient::new(world.caller.clone());
    world.seen(&ask(&mut client, kind, asked).await)
}

async fn compare(transport: Transport) {
    let chain = |side, below| around(side, (Pass, BoxInterceptor::new(Pass)), below);
    let bare = World::new(transport, scripted(), None).await;
    let mut differences = Vec::new();
    for side in SIDES {
        let world = World::new(transport, scripted(), Some((side, chain))).await;
        for (number, (name, _)) in scripts().into_iter().enumerate() {
            for kind in CallKind::ALL {
                let expected = run(&bare, number, kind).await;
                let seen = run(&world, number, kind).await;
                if let Some(difference) = difference(&seen, &expected, side) {
                    differences.push(format!("{name}, {kind}, on the {side}: {difference}"));
                }
            }
        }
    }
    let count = differences.len();
    assert_eq!(count, 0, "{}", differences.join("\n"));
}

#[tokio::test]
async fn over_a_pipe() {
    compare(Transport::Duplex).await;
}

#[tokio::test]
async fn over_tcp() {
    compare(Transport::Tcp).await;
}
