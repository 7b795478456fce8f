//! Responses that are framed badly, by HTTP/2 or by gRPC, or lie about their length.

use super::*;

fn then_fine(steps: Vec<Step>) -> Vec<Step> {
    [steps, vec![trailers(FINE)]].concat()
}

/// Our own client finds the mistake, and resets the stream.
fn reset_by_us(headers_received: bool) -> Expected {
    Expected::on_the_way(TransportKind::Reset { reason: 1 }, headers_received)
}

#[tokio::test(start_paused = true)]
async fn lengths_that_lie() {
    let with = |length: &'static [u8]| headers_with(&[("content-length", length)]);
    let all = frame("a").len().to_string().into_bytes().leak();
    run(vec![
        row(
            "the truth",
            then_fine(vec![with(all), message("a")]),
            Expected::OK,
        ),
        row(
            "more than comes",
            then_fine(vec![with(b"100"), Step::Settle, message("a"), Step::Settle]),
            reset_by_us(true),
        ),
        row(
            "less than comes",
            then_fine(vec![with(b"3"), Step::Settle, message("a")]),
            reset_by_us(true),
        ),
        row(
            "nothing",
            then_fine(vec![with(b"0"), Step::Settle, message("a")]),
            reset_by_us(true),
        ),
        row(
            "no number",
            then_fine(vec![with(b"abc"), Step::Settle, message("a")]),
            reset_by_us(false),
        ),
        row(
            "two of them",
            then_fine(vec![
                headers_with(&[("content-length", b"5"), ("content-length", b"6")]),
                Step::Settle,
                message("a"),
            ]),
            reset_by_us(false),
        ),
    ])
    .await;
}

/// Where nobody looks, tonic finds it above us, and the observer sees that it drops the stream. What a chain looks at, it
/// judges itself.
#[tokio::test(start_paused = true)]
async fn frames_of_grpc() {
    let framed = |flag, length, payload: &[u8]| data(&http2::message(flag, length, payload));
    let bad = |name: &str, step| {
        let steps = vec![response_headers(), Step::Settle, step];
        row(name, then_fine(steps), Expected::CANCELLED).found_above()
    };
    let internal = Expected::local(Code::Internal);
    let refused = |name, step| {
        bad(name, step)
            .unary(Expected::OK)
            .looked_at(internal, internal)
    };
    // Of a unary response that ends within its message there is no message.
    let missing = Expected::peer(Code::Internal, true);
    let too_long = |name, length| {
        // tonic refuses the prefix; of what did not come, we say that it did not come.
        let row = bad(name, framed(0, length, b"abc"))
            .unary(missing)
            .differs();
        row.looked_at(missing, Expected::local(Code::OutOfRange))
    };
    // tonic takes the trailers for the end, wherever they come.
    let mut half = bad("half a message", framed(0, 100, b"abc"))
        .unary(missing)
        .differs();
    half.streamed = Expected::OK;
    run(vec![
        refused("an unknown flag", framed(7, 1, b"a")),
        refused("a flag without an encoding", framed(1, 1, b"a")),
        half.looked_at(missing, internal),
        too_long("too long", 5 << 20),
        too_long("the longest", usize::MAX),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn frames_of_http2() {
    let fine = || vec![response_headers(), message("a"), trailers(FINE)];
    let with = |first: Vec<u8>| [vec![write(first)], fine()].concat();
    run(vec![
        row(
            "a type that nobody knows",
            with(http2::frame(0x77, 0xff, 0, b"abc")),
            Expected::OK,
        ),
        row(
            "a hint before the response",
            with(http2::headers(STREAM, false, &[(":status", b"103")])),
            Expected::OK,
        ),
        row(
            "empty frames",
            [
                vec![response_headers()],
                vec![data(b""); 100],
                vec![message("a"), trailers(FINE)],
            ]
            .concat(),
            Expected::OK,
        ),
        row(
            "DATA before headers",
            with(http2::data(STREAM, false, b"a")),
            Expected::lost(false),
        ),
        row(
            "no :status",
            vec![write(http2::headers(STREAM, false, FINE))],
            reset_by_us(false),
        ),
        row(
            "a header in capitals",
            vec![headers_with(&[("X-A", b"b")])],
            Expected::lost(false),
        ),
        row(
            "trailers that do not end it",
            vec![
                response_headers(),
                message("a"),
                Step::Settle,
                write(http2::headers(STREAM, false, FINE)),
            ],
            reset_by_us(true),
        ),
    ])
    .await;
}
