//! Law 6. A peer's bytes cannot panic us, nor tonic above us; and the next call on the connection works.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use interceptor_core::Side;
use tonic::{Code, body::Body};

use crate::{
    cell::Cell,
    check::{Verdict, ensure},
    mutants::Subject,
    support::{
        Svc,
        body::{Read, Step, answer, body, data, framed, headers, ok, respond, status},
        caller::call,
        service,
    },
    world::{World, visit},
};

pub(crate) async fn holds(cell: Cell, subject: &Subject) -> Verdict {
    match cell.side {
        Side::Client => of_a_server(cell, subject).await,
        Side::Server => of_a_client(cell, subject).await,
    }
}

/// Read by tonic's client, which panics at some of it if nothing stands below.
async fn of_a_server(cell: Cell, subject: &Subject) -> Verdict {
    let number = Arc::new(AtomicUsize::new(0));
    let asked = number.clone();
    let handler = service(move |_| {
        let mut responses = responses();
        let number = asked.load(Relaxed);
        let is_bad = number < responses.len();
        std::future::ready(Ok(if is_bad {
            responses.swap_remove(number)
        } else {
            answer([data("x"), ok()])
        }))
    });
    let world = World::new(cell, subject, Vec::new(), handler).await;
    for bad in 0..responses().len() {
        // A good one behind some of them, and behind the last.
        let is_followed = bad % 4 == 3 || bad + 1 == responses().len();
        let answers = [Some(bad), is_followed.then_some(usize::MAX)];
        for answer in answers.into_iter().flatten() {
            number.store(answer, Relaxed);
            visit(cell);
            let outcome = call(&world.caller, cell.kind, &["x"]).await;
            ensure(answer == bad || outcome.code() == Code::Ok, || {
                format!(
                    "behind bad response {bad}, a good one is {:?}",
                    outcome.code()
                )
            })?;
        }
    }
    Ok(())
}

async fn of_a_client(cell: Cell, subject: &Subject) -> Verdict {
    let world = World::new(cell, subject, Vec::new(), good()).await;
    for number in 0..requests().len() {
        let (lines, steps) = requests().swap_remove(number);
        let mut request = world.request(body(steps));
        request.headers_mut().extend(lines);
        if let Ok(response) = world.send(request).await {
            Read::to_end(response.into_body()).await;
        }
        if number % 4 != 3 && number + 1 != requests().len() {
            continue; // a good one behind some of them, and behind the last
        }
        let (code, _) = world.call(body([data("x")])).await;
        ensure(code == Code::Ok, || {
            format!("behind bad request {number}, a good one gets {code:?}")
        })?;
    }
    Ok(())
}

/// Reads the request, whatever it is, and answers.
fn good() -> Svc {
    service(|request: Request<Body>| async move {
        Read::to_end(request.into_body()).await;
        Ok(answer([data("x"), ok()]))
    })
}

fn responses() -> Vec<Response<Body>> {
    let mut responses = in_trailers();
    responses.extend(in_headers());
    responses.extend(frames().map(|step| answer([step, ok()])));
    responses.extend(frames().map(|step| answer([data("x"), step])));
    responses
}

/// Headers and trailers that lie, or that nobody can read.
fn blocks() -> Vec<HeaderMap> {
    let details = ("grpc-status-details-bin", "this is not base64!");
    let mut raw = status(Code::Internal, "");
    raw.insert(
        "grpc-message",
        HeaderValue::from_bytes(b"\xff%\xfe%zz").unwrap(),
    );
    let mut blocks = vec![raw];
    for code in ["0", "5", "-1", "17", "99999999999", "x", ""] {
        blocks.push(headers(&[
            ("grpc-status", code),
            ("grpc-message", "%ff%zz%4"),
        ]));
        blocks.push(headers(&[("grpc-status", code), details, ("x-bin", "%")]));
    }
    blocks.push(headers(&[details]));
    blocks
}

fn in_trailers() -> Vec<Response<Body>> {
    let blocks = blocks().into_iter();
    let answers = blocks.map(|block| answer([data("x"), Step::Trailers(block)]));
    answers.collect()
}

fn in_headers() -> Vec<Response<Body>> {
    let with = |(block, body): (HeaderMap, Body)| {
        let mut response = respond(body);
        response.headers_mut().extend(block);
        response
    };
    let bodies = || [Body::empty(), body([data("x")])];
    let blocks = blocks().into_iter();
    let pairs = blocks.flat_map(|block| bodies().map(|body| (block.clone(), body)));
    pairs.map(with).collect()
}

/// What does not hold what its prefix says, or has no prefix.
fn frames() -> impl Iterator<Item = Step> {
    let frames = [
        &b""[..],
        b"\0",
        b"\0\0\0",
        b"\0\0\0\0\x09x",
        b"\0\xff\xff\xff\xffx",
        b"\x01\0\0\0\x02xx",
        b"\x07\0\0\0\0",
    ];
    let no_protobuf = [Step::Data(framed(0, b"\xff\xff"))];
    let frames = frames.map(|it| Step::Data(Bytes::from_static(it)));
    frames.into_iter().chain(no_protobuf)
}

fn requests() -> Vec<(HeaderMap, Vec<Step>)> {
    let timeouts = ["", "S", "5x", "-1S", "999999999H", "99999999H", "%"];
    let odd = timeouts.map(|it| headers(&[("grpc-timeout", it), ("x-bin", "%")]));
    let gzip = headers(&[("grpc-encoding", "gzip")]);
    let unknown = headers(&[("grpc-encoding", "snappy\t;")]);
    let plain = frames().map(|it| (HeaderMap::new(), vec![it]));
    let said = frames().map(move |it| (gzip.clone(), vec![data("x"), it]));
    let mut requests: Vec<_> = plain.chain(said).collect();
    requests.extend(odd.map(|lines| (lines, vec![data("x")])));
    requests.push((unknown, vec![data("x")]));
    requests
}
