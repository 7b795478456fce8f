//! Clients that say nothing more.

use super::*;

const PASSED: Expected = |_| Some(Code::DeadlineExceeded);
/// The handler fails with what became of its request.
const LOST: Expected = |_| Some(Code::Unavailable);

/// Says this much of a call, and then nothing.
fn stalls(kind: CallKind, timeout: &[u8], said: &[u8]) -> Vec<Act> {
    let begin = begin_with(kind, &[("grpc-timeout", timeout)]);
    let said = (!said.is_empty()).then(|| data(said));
    let stall = [Act::Settle, Act::Stall];
    [begin].into_iter().chain(said).chain(stall).collect()
}

/// tonic's server gives a call up when its time is over, and drops it: by then its deadline has passed.
#[tokio::test(start_paused = true)]
async fn with_a_deadline_that_passes() {
    run(vec![
        row("headers alone", |kind| stalls(kind, b"5S", b""), PASSED),
        row("half a prefix", |kind| stalls(kind, b"5S", &[0, 0]), PASSED),
        row(
            "half a message",
            |kind| stalls(kind, b"5S", &frame("abc")[..7]),
            PASSED,
        ),
        row(
            "a message, and no end",
            |kind| stalls(kind, b"5S", &frame("abc")),
            PASSED,
        ),
    ])
    .await;
}

/// Nothing ends it but its end.
#[tokio::test(start_paused = true)]
async fn with_a_deadline_that_does_not_pass() {
    run(vec![
        row(
            "and goes on",
            |kind| {
                let stalls = stalls(kind, b"50S", b"");
                stalls.into_iter().chain([last(&frame("a"))]).collect()
            },
            OK,
        ),
        row(
            "and drops the connection",
            |kind| {
                let stalls = stalls(kind, b"50S", &frame("abc")[..7]);
                stalls.into_iter().chain([Act::Close]).collect()
            },
            LOST,
        )
        .dead(),
    ])
    .await;
}
