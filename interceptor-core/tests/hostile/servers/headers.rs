//! Request headers that are broken, too many, or there twice.

use super::*;
use crate::support::path;

fn call_with(kind: CallKind, more: &[http2::Field<'_>]) -> Vec<Act> {
    vec![begin_with(kind, more), last(&frame("a"))]
}

macro_rules! with {
    ($name:literal, $more:expr, $expected:expr) => {
        row($name, |kind| call_with(kind, $more), $expected)
    };
}

/// A timeout that is none is no timeout.
#[tokio::test(start_paused = true)]
async fn timeouts() {
    run(vec![
        with!("nothing", &[("grpc-timeout", b"")], OK),
        with!("a word", &[("grpc-timeout", b"soon")], OK),
        with!("negative", &[("grpc-timeout", b"-1S")], OK),
        with!("no unit", &[("grpc-timeout", b"10")], OK),
        with!("an unknown unit", &[("grpc-timeout", b"1X")], OK),
        with!("too many digits", &[("grpc-timeout", b"999999999S")], OK),
        with!("the longest", &[("grpc-timeout", b"99999999H")], OK),
        with!("no text", &[("grpc-timeout", b"\xff\xfe")], OK),
        with!(
            "two",
            &[("grpc-timeout", b"x"), ("grpc-timeout", b"10S")],
            OK
        ),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn values() {
    run(vec![
        with!("not UTF-8", &[("x-a", b"\xff\xfe")], OK),
        with!("base64 that is none", &[("x-a-bin", b"!!")], OK),
        with!(
            "a status",
            &[("grpc-status", b"13"), ("grpc-status-details-bin", b"!!")],
            OK
        ),
        with!(
            "twice the same",
            &[("x-a", b"1"), ("x-a", b"2"), ("te", b"trailers")],
            OK
        ),
        with!("two content types", &[("content-type", b"text/plain")], OK),
        with!(
            "two encodings",
            &[("grpc-encoding", b"identity"), ("grpc-encoding", b"brotli")],
            OK
        ),
    ])
    .await;
}

/// What HTTP/2 does not allow never starts.
#[tokio::test(start_paused = true)]
async fn what_http2_does_not_allow() {
    run(vec![
        with!("a line break", &[("x-a", b"a\r\nb: c")], NEVER).dead(),
        with!("a name in capitals", &[("X-A", b"a")], NEVER).dead(),
        with!("a name with a blank", &[("x a", b"a")], NEVER).dead(),
        with!("no name", &[("", b"a")], NEVER).dead(),
        with!("a second :path", &[(":path", b"/a.B/C")], NEVER),
        with!("a pseudo-header that nobody knows", &[(":x", b"a")], NEVER).dead(),
        with!("connection", &[("connection", b"close")], NEVER),
    ])
    .await;
}

fn numbered(kind: CallKind, count: usize) -> Vec<Act> {
    let names: Vec<_> = (0..count).map(|number| format!("x-{number:04}")).collect();
    let fields: Vec<http2::Field<'_>> = names.iter().map(|name| (&**name, &b"v"[..])).collect();
    call_with(kind, &fields)
}

/// A block of that size, as HPACK counts it: the length of each name and value, and 32 bytes.
fn sized(kind: CallKind, size: usize) -> Vec<Act> {
    let others: [(&str, &str); 7] = [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path(kind)),
        (":authority", "peer.test"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("x-a", ""),
    ];
    let sizes = others.map(|(name, value)| name.len() + value.len() + 32);
    let rest = size - sizes.iter().sum::<usize>();
    call_with(kind, &[("x-a", &vec![b'a'; rest])])
}

/// Within the limit that hyper has for a block (16 KiB, by the count of HPACK), and over it: a 431, which is no call.
#[tokio::test(start_paused = true)]
async fn many() {
    run(vec![
        row("three hundred", |kind| numbered(kind, 300), OK),
        row("a thousand", |kind| numbered(kind, 1000), NEVER),
        row("one at the limit", |kind| sized(kind, (1 << 14) - 1), OK),
        row("one over it", |kind| sized(kind, 1 << 14), NEVER),
        row(
            "one of 15 KB",
            |kind| call_with(kind, &[("x-a", &[b'a'; 15_000])]),
            OK,
        ),
        row(
            "one of 20 KB",
            |kind| call_with(kind, &[("x-a", &[b'a'; 20_000])]),
            NEVER,
        ),
    ])
    .await;
}
