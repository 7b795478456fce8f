//! `RST_STREAM`, with each code and at each point.

use super::*;

/// All that RFC 9113 knows, and one that nobody does.
fn codes() -> impl Iterator<Item = u32> {
    (0..=13).chain([0xff])
}

/// What a reset means where nothing of the response came.
fn before_headers(reason: u32) -> Expected {
    match reason {
        7 => Expected::on_the_way(TransportKind::Refused, false),
        _ => Expected::on_the_way(TransportKind::Reset { reason }, false),
    }
}

fn after_headers(reason: u32) -> Expected {
    match reason {
        7 => Expected::on_the_way(TransportKind::Refused, true),
        _ => Expected::on_the_way(TransportKind::Reset { reason }, true),
    }
}

/// hyper takes `NO_ERROR` behind headers for a clean end.
fn behind(steps: impl Fn(u32) -> Vec<Step>) -> Vec<Row> {
    let row = |reason| match reason {
        0 => no_status("0", steps(0)),
        _ => row(format!("{reason}"), steps(reason), after_headers(reason)),
    };
    codes().map(row).collect()
}

fn reset(reason: u32) -> Step {
    write(http2::reset(STREAM, reason))
}

#[tokio::test(start_paused = true)]
async fn before_the_headers() {
    let row = |reason| {
        row(
            format!("{reason}"),
            vec![reset(reason)],
            before_headers(reason),
        )
    };
    run(codes().map(row).collect()).await;
}

#[tokio::test(start_paused = true)]
async fn behind_the_headers() {
    let steps = |reason| vec![response_headers(), Step::Settle, reset(reason)];
    run(behind(steps)).await;
}

#[tokio::test(start_paused = true)]
async fn behind_a_message() {
    let steps = |reason| {
        vec![
            response_headers(),
            message("a"),
            Step::Settle,
            reset(reason),
        ]
    };
    run(behind(steps)).await;
}

#[tokio::test(start_paused = true)]
async fn behind_half_a_message() {
    let steps = |reason| {
        vec![
            response_headers(),
            data(&frame("a")[..6]),
            Step::Settle,
            reset(reason),
        ]
    };
    let unary = Expected::peer(Code::Internal, true);
    let mut rows = behind(steps);
    rows[0].unary = unary;
    rows[0].looked_at = Some((unary, Expected::local(Code::Internal)));
    run(rows).await;
}

/// The response was complete: what comes behind it is nothing to the call.
#[tokio::test(start_paused = true)]
async fn behind_the_trailers() {
    let steps = |reason| {
        vec![
            response_headers(),
            message("a"),
            trailers(FINE),
            reset(reason),
        ]
    };
    let row = |reason| row(format!("{reason}"), steps(reason), Expected::OK);
    run(codes().map(row).collect()).await;
}
