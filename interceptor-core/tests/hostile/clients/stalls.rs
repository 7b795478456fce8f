//! Servers that say nothing more.

use std::time::Duration;

use http::{Request, Version};
use http_body_util::BodyExt as _;
use tonic::{Status, body::Body};
use tower::ServiceExt as _;

use super::*;
use crate::support::{
    body::{body, data as request_data},
    path,
};

const PATIENCE: Duration = Duration::from_secs(10);

/// Calls, reads to the end, and gives up when the patience is over.
async fn give_up(client: Svc, kind: CallKind, timeout: Option<&str>) -> Option<Result<(), Status>> {
    let mut request = Request::post(path(kind)).version(Version::HTTP_2);
    if let Some(timeout) = timeout {
        request = request.header("grpc-timeout", timeout);
    }
    let request = request.body(body([request_data("a")])).unwrap();
    let call = async {
        let response = client.oneshot(request).await.map_err(Status::from_error)?;
        let body: Body = response.into_body();
        body.collect().await.map(drop)
    };
    tokio::time::timeout(PATIENCE, call).await.ok()
}

/// The end of a call that stalls at each point, and whose caller gives up.
async fn stalls(timeout: Option<&str>, expected: impl Fn(usize) -> Expected) {
    note_panics();
    let points: [Vec<Step>; 4] = [
        vec![],
        vec![response_headers()],
        vec![response_headers(), data(&frame("abc")[..7])],
        vec![response_headers(), message("a")],
    ];
    for (point, steps) in points.iter().enumerate() {
        for kind in CallKind::ALL {
            let steps = [&steps[..], &[Step::Stall]].concat();
            let row = row(format!("{point}"), steps, expected(point));
            let ends = Ends::default();
            let client = client(row.channel(), &ends, true);
            give_up(client.clone(), kind, timeout).await;
            settle().await;
            let ended = ends.take();
            assert_eq!(ended.len(), 1, "{point} {kind}: {ended:?}");
            let found = Expected {
                code: ended[0].code,
                origin: ended[0].origin,
            };
            assert_eq!(found, row.unary, "{point} {kind}");
            next_call(client, kind, &ends).await.unwrap();
            assert_no_panic(kind.as_str());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_deadline() {
    stalls(None, |_| Expected::CANCELLED).await;
}

/// tonic's channel ends a call whose headers do not come in time; behind the headers it is the caller who gives up.
#[tokio::test(start_paused = true)]
async fn with_a_deadline_that_passes() {
    let dropped = Expected {
        code: Code::DeadlineExceeded,
        origin: None,
    };
    let timeout = Expected::on_the_way(TransportKind::Timeout, false);
    stalls(
        Some("5S"),
        |point| if point == 0 { timeout } else { dropped },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn with_a_deadline_that_does_not_pass() {
    stalls(Some("50S"), |_| Expected::CANCELLED).await;
}
