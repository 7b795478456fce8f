//! Law 6. A peer's bytes cannot panic us, nor tonic above us; and the next call on the connection works.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response};
use interceptor_core::{
    Side,
    tonic::{Code, body::Body},
};

use crate::{
    ScriptedBody, WireMessage,
    laws::{
        body::{Read, answer, headers, respond, say, status},
        caller::call,
        scene::{Chain, Scene, Svc, Verdict, ensure},
        world::{World, service},
    },
};

pub(super) async fn holds(scene: &Scene) -> Verdict {
    match scene.case.side() {
        Side::Client => of_a_server(scene).await,
        Side::Server => of_a_client(scene).await,
    }
}

/// Whether a call that nothing is wrong with has to go well; one who may answer may have had enough of that peer.
fn is_well(scene: &Scene, code: Code) -> bool {
    code == Code::Ok || scene.promises.may_answer
}

/// Read by tonic's client, which panics at some of it if nothing stands below.
async fn of_a_server(scene: &Scene) -> Verdict {
    let number = Arc::new(AtomicUsize::new(0));
    let asked = number.clone();
    let handler = service(move |_| {
        let mut responses = responses();
        let number = asked.load(Relaxed);
        let is_bad = number < responses.len();
        std::future::ready(Ok(if is_bad {
            responses.swap_remove(number)
        } else {
            answer(say("x").ok())
        }))
    });
    let world = World::new(scene, Chain::default(), handler).await;
    for bad in 0..responses().len() {
        // A good one behind some of them, and behind the last.
        let is_followed = bad % 4 == 3 || bad + 1 == responses().len();
        let answers = [Some(bad), is_followed.then_some(usize::MAX)];
        for answer in answers.into_iter().flatten() {
            number.store(answer, Relaxed);
            let came = call(scene, &world.caller, &["x"], HeaderMap::new()).await;
            ensure(answer == bad || is_well(scene, came.code()), || {
                format!("behind bad response {bad}, a good one is {:?}", came.code())
            })?;
        }
    }
    Ok(())
}

async fn of_a_client(scene: &Scene) -> Verdict {
    let world = World::new(scene, Chain::default(), good()).await;
    for number in 0..requests().len() {
        let (lines, body) = requests().swap_remove(number);
        let mut request = world.request(body);
        request.headers_mut().extend(lines);
        if let Ok(response) = world.send(request).await {
            Read::to_end(response.into_body()).await;
        }
        if number % 4 != 3 && number + 1 != requests().len() {
            continue; // a good one behind some of them, and behind the last
        }
        let (code, _) = world.call(say("x")).await;
        ensure(is_well(scene, code), || {
            format!("behind bad request {number}, a good one gets {code:?}")
        })?;
    }
    Ok(())
}

/// Reads the request, whatever it is, and answers.
fn good() -> Svc {
    service(|request: Request<Body>| async move {
        Read::to_end(request.into_body()).await;
        Ok(answer(say("x").ok()))
    })
}

fn responses() -> Vec<Response<Body>> {
    let mut responses = in_trailers();
    responses.extend(in_headers());
    let alone = frames().into_iter();
    responses.extend(alone.map(|frame| answer(ScriptedBody::new().data(frame).ok())));
    let second = frames().into_iter();
    responses.extend(second.map(|frame| answer(say("x").data(frame))));
    responses
}

/// Headers and trailers that lie, or that nobody can read.
fn blocks() -> Vec<HeaderMap> {
    let details = ("grpc-status-details-bin", "this is not base64!");
    let mut raw = status(Code::Internal, "");
    raw.insert(
        "grpc-message",
        HeaderValue::from_bytes(b"\xff%\xfe%zz").expect("bytes that may stand in a header"),
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
    let answers = blocks.map(|block| answer(say("x").trailers(block)));
    answers.collect()
}

fn in_headers() -> Vec<Response<Body>> {
    let with = |(block, body): (HeaderMap, Body)| {
        let mut response = respond(body);
        response.headers_mut().extend(block);
        response
    };
    let bodies = || [Body::empty(), Body::new(say("x"))];
    let blocks = blocks().into_iter();
    let pairs = blocks.flat_map(|block| bodies().map(|body| (block.clone(), body)));
    pairs.map(with).collect()
}

/// What does not hold what its prefix says, or has no prefix; and what is not protobuf.
fn frames() -> Vec<Bytes> {
    let frames = [
        &b""[..],
        b"\0",
        b"\0\0\0",
        b"\0\0\0\0\x09x",
        b"\0\xff\xff\xff\xffx",
        b"\x01\0\0\0\x02xx",
        b"\x07\0\0\0\0",
    ];
    let no_protobuf = WireMessage::from(b"\xff\xff").to_frame();
    let frames = frames.into_iter().map(Bytes::from_static);
    frames.chain([no_protobuf]).collect()
}

fn requests() -> Vec<(HeaderMap, ScriptedBody)> {
    let timeouts = ["", "S", "5x", "-1S", "999999999H", "99999999H", "%"];
    let odd = timeouts.map(|it| headers(&[("grpc-timeout", it), ("x-bin", "%")]));
    let gzip = headers(&[("grpc-encoding", "gzip")]);
    let unknown = headers(&[("grpc-encoding", "snappy\t;")]);
    let mut requests = Vec::new();
    for frame in frames() {
        requests.push((HeaderMap::new(), ScriptedBody::new().data(frame.clone())));
        requests.push((gzip.clone(), say("x").data(frame)));
    }
    requests.extend(odd.map(|lines| (lines, say("x"))));
    requests.push((unknown, say("x")));
    requests
}
