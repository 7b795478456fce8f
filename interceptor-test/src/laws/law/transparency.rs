//! Law 1. A pass-through chain changes nothing that either peer can see: bytes, headers, trailers, codes, messages, details,
//! local sources.
//!
//! Two named exceptions: a unary error goes out as an answer without messages, and a header that would panic tonic is
//! dropped.

use http::{HeaderMap, Request, Response};
use http_body::Body as _;
use interceptor_core::{
    Side,
    tonic::{Code, Status, body::Body},
};
use tower::ServiceExt as _;

use crate::{
    WireMessage,
    laws::{
        body::{Log, Read, answer, headers, refuse, respond, say, status},
        caller::{Came, call, prefixed},
        scene::{Chain, Scene, Svc, Verdict, ensure},
        world::{World, service},
    },
};

/// A response, and its name.
type Script = (&'static str, fn() -> Result<Response<Body>, Status>);

pub(super) async fn holds(scene: &Scene) -> Verdict {
    for (name, respond) in scripts() {
        let bare = seen(scene, respond, true).await;
        let layered = seen(scene, respond, false).await;
        layered
            .is(&bare, scene.case.side())
            .map_err(|why| format!("{name}: {why}"))?;
    }
    Ok(())
}

fn is_an_error(came: &Came) -> bool {
    came.code() != Code::Ok
}

/// A response as it came out of the layer, before anybody read it.
struct Head {
    is_at_end: bool,
    lines: Vec<String>,
}

/// What both peers saw of a call.
struct Seen {
    came: Came,
    /// The headers of the response, if there was one, and whether it was at its end with them.
    head: Option<Head>,
    /// The request, and the body of the response, as read.
    lines: Vec<String>,
}

async fn seen(scene: &Scene, respond: fn() -> Result<Response<Body>, Status>, bare: bool) -> Seen {
    let arrived = Log::new();
    let handler = handler(&arrived, respond);
    let world = if bare {
        World::bare(scene, handler).await
    } else {
        World::new(scene, Chain::default(), handler).await
    };
    let heads = Log::new();
    let caller = looking(world.caller.clone(), &heads);
    let mut lines = headers(&[
        ("x-ask", "1"),
        ("x-ask-bin", "AP8"),
        ("grpc-timeout", "99S"),
    ]);
    lines.append("x-ask", http::HeaderValue::from_static("2"));
    let came = call(scene, &caller, &["hello", "", "world"], lines).await;
    let mut lines = arrived.take();
    let [above, below] = [world.above.read(), world.below.read()];
    let told = [above.response.lie, below.request.lie]
        .into_iter()
        .flatten();
    lines.extend(told.map(|lie| format!("a body says {lie}")));
    Seen {
        came,
        head: heads.take().pop(),
        lines,
    }
}

/// Writes down the heads of responses.
fn looking(below: Svc, heads: &Log<Head>) -> Svc {
    let heads = heads.clone();
    service(move |request| {
        let (below, heads) = (below.clone(), heads.clone());
        async move {
            let response = below.oneshot(request).await?;
            heads.push(Head {
                is_at_end: response.body().is_end_stream(),
                lines: prefixed("response", response.headers()),
            });
            Ok(response)
        }
    })
}

/// Writes down what arrived, and responds.
fn handler(arrived: &Log<String>, respond: fn() -> Result<Response<Body>, Status>) -> Svc {
    let arrived = arrived.clone();
    service(move |request: Request<Body>| {
        let arrived = arrived.clone();
        async move {
            let (parts, body) = request.into_parts();
            arrived.push(format!(
                "{} {} {:?}",
                parts.method,
                parts.uri.path(),
                parts.version
            ));
            let read = Read::to_end(body).await;
            for line in prefixed("request", &parts.headers) {
                arrived.push(line);
            }
            let bytes = bytes::Bytes::from(read.chunks.concat());
            arrived.push(format!("{bytes:?} {:?} {:?}", read.trailers, read.broken));
            Ok(respond()?)
        }
    })
}

// === impl Seen ===

impl Seen {
    fn is(&self, bare: &Self, side: Side) -> Verdict {
        first_difference(&self.lines, &bare.lines)?;
        let (head, bare_head) = match (&self.head, &bare.head) {
            (Some(head), Some(bare_head)) => (head, bare_head),
            // What failed below a server is an answer.
            (Some(_), None) => return self.has_all_of(&bare.came),
            // On a client an error is no response any more.
            (None, _) => return first_difference(&self.came.lines(), &bare.came.lines()),
        };
        let is_refused = is_an_error(&bare.came) && bare_head.is_at_end;
        ensure(head.is_at_end || !is_refused, || {
            "an error without messages is more than one frame".to_owned()
        })?;
        if side == Side::Server && is_an_error(&bare.came) && head.is_at_end && !is_refused {
            return self.has_all_of(&bare.came);
        }
        first_difference(&head.lines, &bare_head.lines)?;
        first_difference(&self.came.lines(), &bare.came.lines())
    }

    /// Of an error that was moved into the headers, all has to be there, wherever.
    fn has_all_of(&self, bare: &Came) -> Verdict {
        let (mine, its) = (self.came.lines(), bare.lines());
        let told = plain(&mine);
        let lost = plain(&its).into_iter().find(|line| !told.contains(line));
        ensure(lost.is_none(), || {
            format!("{mine:?} instead of {}", lost.unwrap_or_default())
        })
    }
}

/// Headers wherever they are told.
fn plain(lines: &[String]) -> Vec<&str> {
    let line = |line| str::strip_prefix(line, "header ").or(line.strip_prefix("status "));
    lines.iter().map(|it| line(it).unwrap_or(it)).collect()
}

fn first_difference(seen: &[String], expected: &[String]) -> Verdict {
    let most = seen.len().max(expected.len());
    let index = (0..most).find(|index| seen.get(*index) != expected.get(*index));
    index.map_or(Ok(()), |index| {
        let line = |lines: &[String]| lines.get(index).cloned().unwrap_or_default();
        Err(format!("{} instead of {}", line(seen), line(expected)))
    })
}

/// What servers send, and what no server of tonic's would.
fn scripts() -> Vec<Script> {
    vec![
        ("a message", || {
            Ok(answer(say("hello").trailers(more(Code::Ok))))
        }),
        ("several messages", || {
            Ok(answer(say("a").text("").text("b").ok()))
        }),
        ("no message", || Ok(answer(crate::ScriptedBody::new().ok()))),
        ("an error in trailers", || {
            Ok(answer(
                crate::ScriptedBody::new().trailers(more(Code::DataLoss)),
            ))
        }),
        ("an error behind a message", || {
            Ok(answer(say("a").ends(Code::Aborted, "b")))
        }),
        ("an error in headers", || {
            Ok(refuse(Code::OutOfRange, "far"))
        }),
        ("an error with all that it can have", || {
            let mut response = respond(Body::empty());
            response.headers_mut().extend(more(Code::NotFound));
            Ok(response)
        }),
        ("OK in headers", || {
            let mut response = respond(Body::empty());
            response.headers_mut().extend(status(Code::Ok, ""));
            Ok(response)
        }),
        ("no trailers", || Ok(answer(say("a")))),
        ("a field that nobody knows", || {
            let message = WireMessage::from(b"\x0a\x01a\xf8\x3f\x01");
            let body = crate::ScriptedBody::new().message(message);
            Ok(answer(body.trailers(more(Code::Ok))))
        }),
        ("a message behind headers", || {
            let mut response = answer(say("a").ok());
            let lines = headers(&[("x-initial", "yes"), ("x-initial-bin", "AP8")]);
            response.headers_mut().extend(lines);
            let twice = http::HeaderValue::from_static("twice");
            response.headers_mut().append("x-initial", twice);
            Ok(response)
        }),
        ("a failure of the service", || {
            Err(Status::resource_exhausted("full"))
        }),
    ]
}

/// Trailers, or headers, with all that a status can have.
fn more(code: Code) -> HeaderMap {
    let details = b"some \x00 details"[..].into();
    let mut more = HeaderMap::new();
    crate::status::write(
        &Status::with_details(code, "as \u{e4}sked, 100 %\n", details),
        &mut more,
    );
    more.extend(headers(&[("x-t", "1"), ("x-t-bin", "AP8")]));
    more.append("x-t", http::HeaderValue::from_static("2"));
    more
}
