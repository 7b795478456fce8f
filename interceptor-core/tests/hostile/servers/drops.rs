//! Resets, GOAWAY, and connections that drop at each point.

use interceptor_core::TransportKind;

use super::*;

/// Who waits for the request fails with what the reset says. But for the end of the request hyper takes `NO_ERROR`, and
/// tonic `CANCEL`, where nobody looks at it.
fn cut_off_by(kind: CallKind, reason: u32) -> Option<Code> {
    match reason {
        0 | 8 => CUT_OFF(kind),
        _ => TransportKind::Reset { reason }.code(),
    }
}

fn seen_to_be_cut_off_by(kind: CallKind, reason: u32) -> Option<Code> {
    match reason {
        8 => Some(Code::Cancelled),
        _ => cut_off_by(kind, reason),
    }
}

/// Half of a message is one of its own mistakes.
fn cut_off_within_a_message(kind: CallKind, reason: u32) -> Option<Code> {
    match reason {
        0 => Some(Code::Internal),
        _ => cut_off_by(kind, reason),
    }
}

fn seen_to_be_cut_off_within_a_message(kind: CallKind, reason: u32) -> Option<Code> {
    match reason {
        0 => Some(Code::Internal),
        _ => seen_to_be_cut_off_by(kind, reason),
    }
}

/// The handler fails with what became of its request.
const LOST: Expected = |_| Some(Code::Unavailable);

/// Each code, where the headers alone came, half a message, and a message that is not the last.
#[tokio::test(start_paused = true)]
async fn resets() {
    macro_rules! each {
        ($($code:literal)*) => {
            vec![$(
                row(concat!($code, " behind headers"), |kind| vec![begin(kind), Act::Settle, reset($code)], |kind| cut_off_by(kind, $code))
                    .looked_at(|kind| seen_to_be_cut_off_by(kind, $code)),
                row(concat!($code, " behind half a message"), |kind| {
                    vec![begin(kind), data(&frame("abc")[..7]), Act::Settle, reset($code)]
                }, |kind| cut_off_within_a_message(kind, $code))
                    .looked_at(|kind| seen_to_be_cut_off_within_a_message(kind, $code)),
            )*]
        };
    }
    run(each!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 255)).await;
}

/// With the headers in one write: the call starts all the same.
#[tokio::test(start_paused = true)]
async fn resets_at_once() {
    run(vec![
        row(
            "CANCEL",
            |kind| {
                vec![write(
                    [
                        request_headers(STREAM, kind, false, &[]),
                        http2::reset(STREAM, 8),
                    ]
                    .concat(),
                )]
            },
            CUT_OFF,
        )
        .looked_at(CANCELLED),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn go_away() {
    let acts: fn(CallKind) -> Vec<Act> = |kind| {
        vec![
            begin(kind),
            write(http2::go_away(0, 0)),
            Act::Settle,
            last(&frame("a")),
        ]
    };
    run(vec![row("the call goes on", acts, OK).dead()]).await;
}

#[tokio::test(start_paused = true)]
async fn connections_that_drop() {
    run(vec![
        row("before a call", |_| vec![Act::Close], NEVER).dead(),
        row(
            "within the headers",
            |kind| {
                vec![
                    write(request_headers(STREAM, kind, false, &[])[..30].to_vec()),
                    Act::Settle,
                    Act::Close,
                ]
            },
            NEVER,
        )
        .dead(),
        row(
            "behind the headers",
            |kind| vec![begin(kind), Act::Settle, Act::Close],
            LOST,
        )
        .dead(),
        row(
            "within a message",
            |kind| {
                vec![
                    begin(kind),
                    data(&frame("abc")[..7]),
                    Act::Settle,
                    Act::Close,
                ]
            },
            LOST,
        )
        .dead(),
        row(
            "behind the request",
            |kind| vec![begin(kind), last(&frame("a")), Act::Settle, Act::Close],
            OK,
        )
        .dead(),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn connections_that_make_no_sense() {
    run(vec![
        row(
            "no HTTP/2",
            |_| vec![write(b"GET / HTTP/1.1\r\n\r\n".to_vec())],
            NEVER,
        )
        .dead(),
        row(
            "DATA of no stream",
            |kind| vec![begin(kind), Act::Settle, write(http2::data(0, false, b"a"))],
            LOST,
        )
        .dead(),
        row(
            "a frame that is too large",
            |kind| {
                vec![
                    begin(kind),
                    Act::Settle,
                    write(http2::frame(http2::DATA, 0, STREAM, &vec![0; 1 << 15])),
                ]
            },
            LOST,
        )
        .dead(),
        row(
            "an even stream",
            |_| vec![write(http2::headers(2, false, &[(":method", b"POST")]))],
            NEVER,
        )
        .dead(),
        row(
            "a window that overflows",
            |kind| {
                vec![
                    begin(kind),
                    Act::Settle,
                    write(http2::window_update(0, 0x7fff_ffff)),
                ]
            },
            LOST,
        )
        .dead(),
    ])
    .await;
}
