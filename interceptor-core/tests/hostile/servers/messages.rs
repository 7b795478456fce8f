//! Requests that are framed badly, or lie about their length.

use super::*;

/// A chain that looks judges as tonic does; where nobody looks, tonic does. Both tell the client, so the call ends with
/// that status.
#[tokio::test(start_paused = true)]
async fn frames_of_grpc() {
    const OUT_OF_RANGE: Expected = |_| Some(Code::OutOfRange);
    run(vec![
        row(
            "an unknown flag",
            |kind| vec![begin(kind), last(&http2::message(7, 1, b"a"))],
            INTERNAL,
        ),
        row(
            "a flag without an encoding",
            |kind| vec![begin(kind), last(&http2::message(1, 1, b"a"))],
            INTERNAL,
        ),
        row(
            "half a message",
            |kind| vec![begin(kind), last(&http2::message(0, 100, b"abc"))],
            INTERNAL,
        ),
        row(
            "too long",
            |kind| vec![begin(kind), data(&http2::message(0, 5 << 20, b"abc"))],
            OUT_OF_RANGE,
        ),
        row(
            "the longest",
            |kind| vec![begin(kind), last(&http2::message(0, usize::MAX, b""))],
            OUT_OF_RANGE,
        ),
        row(
            "no protobuf",
            |kind| vec![begin(kind), last(&http2::message(0, 1, b"\xff"))],
            INTERNAL,
        ),
        row(
            "an encoding that nobody knows",
            |kind| {
                vec![
                    begin_with(kind, &[("grpc-encoding", b"brotli")]),
                    last(&http2::message(1, 1, b"a")),
                ]
            },
            |_| Some(Code::Unimplemented),
        ),
    ])
    .await;
}

/// A unary call without a message, and with two.
#[tokio::test(start_paused = true)]
async fn too_few_and_too_many() {
    run(vec![
        row("none", |kind| vec![begin(kind), last(b"")], NEEDS_ONE),
        row(
            "none, in the headers",
            |kind| vec![write(request_headers(STREAM, kind, true, &[]))],
            NEEDS_ONE,
        ),
        row(
            "a hundred empty frames",
            |kind| {
                [
                    vec![begin(kind)],
                    vec![data(b""); 100],
                    vec![last(&frame("a"))],
                ]
                .concat()
            },
            OK,
        ),
        row(
            "a frame for each byte",
            |kind| {
                let bytes = frame("abc");
                let single = bytes.chunks(1).map(data);
                [begin(kind)]
                    .into_iter()
                    .chain(single)
                    .chain([last(b"")])
                    .collect()
            },
            OK,
        ),
    ])
    .await;
}

/// h2 resets the stream, with a protocol error.
#[tokio::test(start_paused = true)]
async fn lengths_that_lie() {
    run(vec![
        row(
            "more than comes",
            |kind| {
                vec![
                    begin_with(kind, &[("content-length", b"100")]),
                    Act::Settle,
                    last(&frame("a")),
                ]
            },
            INTERNAL,
        ),
        row(
            "less than comes",
            |kind| {
                vec![
                    begin_with(kind, &[("content-length", b"3")]),
                    Act::Settle,
                    last(&frame("a")),
                ]
            },
            INTERNAL,
        ),
        row(
            "no number",
            |kind| vec![begin_with(kind, &[("content-length", b"abc")])],
            NEVER,
        ),
    ])
    .await;
}

/// Trailers do not belong into a request, and say nothing.
#[tokio::test(start_paused = true)]
async fn trailers() {
    run(vec![row(
        "with a status",
        |kind| {
            let trailers = http2::headers(
                STREAM,
                true,
                &[("grpc-status", b"13"), ("grpc-status-details-bin", b"!!")],
            );
            vec![begin(kind), data(&frame("a")), write(trailers)]
        },
        OK,
    )])
    .await;
}
