//! Law 1. A pass-through chain changes nothing that either peer can see: bytes, headers, trailers, codes, messages, details,
//! local sources.
//!
//! Two named exceptions: a unary error goes out as an answer without messages, and a header that would panic tonic is
//! dropped.

use http::{HeaderMap, Response};
use interceptor_core::Side;
use interceptor_test::laws::scene::{Chain, Scene};
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tonic::{Code, Status, body::Body, codec::CompressionEncoding, metadata::MetadataValue};
use tower::ServiceExt as _;

use crate::{
    cell::Cell,
    check::Verdict,
    support::{
        Svc,
        body::{Read, Step, answer, data, failed, framed, headers, refuse, respond, status},
        caller::{Ask, ask},
        echo::{Echo, routes_of},
        service,
        world::{Seen, World, difference},
    },
};

/// What the handler is asked for: by a number, one of [`scripts`]; else, whether messages are compressed.
const ASKED: &str = "x-asked";
const GZIP: &str = "gzip";
const PLAIN: &str = "plain";

pub(crate) async fn holds(cell: Cell, scene: &Scene) -> Verdict {
    let bare = World::with(cell.transport, handler(), |_, below| below).await;
    let layer = |side: Side, below| {
        if side == cell.side {
            scene.way.layer(side, Chain::default(), below)
        } else {
            below
        }
    };
    let world = World::with(cell.transport, handler(), layer).await;
    for (asked, text) in questions(cell) {
        scene.visit();
        let expected = run(&bare, cell, &asked, text).await;
        let seen = run(&world, cell, &asked, text).await;
        if difference(&seen, &expected, cell.side).is_some() {
            return Err(format!("{text}: {}", first_difference(&seen, &expected)));
        }
    }
    Ok(())
}

/// What is asked for, and the text of the first message, or the name of the script.
fn questions(cell: Cell) -> Vec<(String, &'static str)> {
    let mut questions = Vec::new();
    for text in ["hello", "silent", "fail:5", "fail-after:2:14", "big:2000"] {
        questions.push((PLAIN.to_owned(), text));
    }
    for text in ["hello", "fail-after:2:14"] {
        questions.push((GZIP.to_owned(), text));
    }
    for (number, (name, _)) in scripts().into_iter().enumerate() {
        // The first exception: the status is known, goes out, and nothing breaks on the wire.
        let is_excepted = cell.side == Side::Server && !cell.streams_responses();
        if !(is_excepted && name == BREAKS) {
            questions.push((number.to_string(), name));
        }
    }
    questions
}

async fn run(world: &World, cell: Cell, asked: &str, text: &str) -> Seen {
    let mut ask_for = Ask::of(&[text, "", "world"]);
    let bytes = MetadataValue::from_bytes(b"\x00\xff");
    let metadata = &mut ask_for.metadata;
    metadata.insert(ASKED, asked.parse().unwrap());
    metadata.insert("x-ask", "1".parse().unwrap());
    metadata.append("x-ask", "2".parse().unwrap());
    metadata.insert_bin("x-ask-bin", bytes);
    metadata.insert("grpc-timeout", "99S".parse().unwrap());
    let mut client = client(world.caller.clone(), asked == GZIP);
    let outcome = ask(&mut client, cell.kind, ask_for).await;
    world.seen(&outcome)
}

fn handler() -> Svc {
    let [plain, gzip] = [false, true].map(|gzip| routes_of(server(gzip)));
    service(move |request: http::Request<Body>| {
        let (plain, gzip) = (plain.clone(), gzip.clone());
        async move {
            match request.headers()[ASKED].to_str()? {
                PLAIN => plain.oneshot(request).await,
                GZIP => gzip.oneshot(request).await,
                number => {
                    let number: usize = number.parse()?;
                    Read::to_end(request.into_body()).await;
                    Ok(scripts().swap_remove(number).1)
                }
            }
        }
    })
}

fn server(gzip: bool) -> EchoServer<Echo> {
    let server = EchoServer::new(Echo::new());
    if gzip {
        let gzip = CompressionEncoding::Gzip;
        return server.accept_compressed(gzip).send_compressed(gzip);
    }
    server
}

fn client(service: Svc, gzip: bool) -> EchoClient<Svc> {
    let client = EchoClient::new(service);
    if gzip {
        let gzip = CompressionEncoding::Gzip;
        return client.accept_compressed(gzip).send_compressed(gzip);
    }
    client
}

/// The name of the script that ends in a reset.
const BREAKS: &str = "a stream that breaks";

/// What is wrong with a response, and the response.
type Script = (&'static str, Response<Body>);

/// What no server of tonic's would send.
fn scripts() -> Vec<Script> {
    let more = headers(&[("x-t", "1"), ("x-t", "2"), ("x-t-bin", "AP8")]);
    let trailers = |code| {
        let mut trailers: HeaderMap = status(code, "a%20text");
        trailers.extend(more.clone());
        Step::Trailers(trailers)
    };
    let unknown = Step::Data(framed(0, b"\x0a\x01a\xf8\x3f\x01"));
    // Until the headers have arrived: a reset that comes with them takes their place.
    let waits = std::iter::repeat_n(Step::Wait, 100);
    let breaks = std::iter::once(data("a")).chain(waits);
    let mut in_headers = respond(Body::empty());
    in_headers.headers_mut().extend(status(Code::Ok, ""));
    let http = Response::builder().status(503).header("x-proxy", "yes");
    vec![
        ("more trailers", answer([data("a"), trailers(Code::Ok)])),
        ("an error in trailers", answer([trailers(Code::DataLoss)])),
        (
            "an error behind a message",
            answer([data("a"), failed(Code::Aborted, "b")]),
        ),
        ("an error in headers", refuse(Code::OutOfRange, "far")),
        ("OK in headers", in_headers),
        ("no trailers", answer([data("a")])),
        (
            "a field that nobody knows",
            answer([unknown, trailers(Code::Ok)]),
        ),
        (
            BREAKS,
            answer(breaks.chain([Step::Fail(Status::data_loss("b"))])),
        ),
        ("no gRPC", http.body(Body::empty()).unwrap()),
    ]
}

/// The first line that is not the same.
fn first_difference(seen: &Seen, expected: &Seen) -> String {
    let (seen, expected) = (format!("{seen:#?}"), format!("{expected:#?}"));
    let lines =
        |text: &str| -> Vec<String> { text.lines().map(|it| it.trim().to_owned()).collect() };
    let (seen, expected) = (lines(&seen), lines(&expected));
    let differs = |index: &usize| seen.get(*index) != expected.get(*index);
    let index = (0..seen.len().max(expected.len()))
        .find(differs)
        .unwrap_or(0);
    let line = |lines: &[String]| lines.get(index).cloned().unwrap_or_default();
    format!("{} instead of {}", line(&seen), line(&expected))
}
