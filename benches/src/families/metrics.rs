//! `metrics`: a call is counted and timed, on each side; streamed messages are counted.

use grpc_interceptor::metrics::{Dialect, Metrics};

use super::{
    layer::{CLIENT, SERVER},
    messages::{REPLIES_CLIENT, REPLIES_SERVER, REQUESTS_CLIENT, REQUESTS_SERVER},
    stack::{client, generated, server},
};
use crate::{
    Family, Row, Scenario,
    drive::{replies, requests, unary},
};

pub(super) const ON_SERVER: Scenario = Scenario::new("unary/generated/server-metrics", |calls| {
    unary(server(Metrics::new(), generated()), calls);
});
const ON_CLIENT: Scenario = Scenario::new("unary/generated/client-metrics", |calls| {
    unary(client(Metrics::new(), generated()), calls);
});
pub(super) const PYTHON: Scenario =
    Scenario::new("unary/generated/server-metrics-python", |calls| {
        unary(server(in_python(), generated()), calls);
    });
pub(super) const REPLY_SERVER: Scenario =
    Scenario::new("replies/generated/server-metrics", |messages| {
        replies(server(Metrics::new(), generated()), messages);
    });
const REPLY_CLIENT: Scenario = Scenario::new("replies/generated/client-metrics", |messages| {
    replies(client(Metrics::new(), generated()), messages);
});
pub(super) const REQUEST_SERVER: Scenario =
    Scenario::new("requests/generated/server-metrics", |messages| {
        requests(server(Metrics::new(), generated()), messages);
    });
const REQUEST_CLIENT: Scenario = Scenario::new("requests/generated/client-metrics", |messages| {
    requests(client(Metrics::new(), generated()), messages);
});

fn in_python() -> Metrics {
    let metrics = Metrics::builder().dialect(Dialect::Python);
    metrics.build().expect("the defaults are right")
}

pub(super) const FAMILY: Family = Family {
    title: "`metrics`",
    about: "Counters, the histogram of durations and the gauge, over a pass-through interceptor. In dialect `python` the messages of unary calls are not counted.",
    rows: &[
        call("metrics/server", "server, a unary call", ON_SERVER).over(SERVER),
        call("metrics/client", "client, a unary call", ON_CLIENT).over(CLIENT),
        call(
            "metrics/server-python",
            "server, a unary call, dialect `python`",
            PYTHON,
        )
        .over(SERVER),
        message(
            "metrics/reply-server",
            "server, a streamed reply",
            REPLY_SERVER,
        )
        .over(REPLIES_SERVER),
        message(
            "metrics/reply-client",
            "client, a streamed reply",
            REPLY_CLIENT,
        )
        .over(REPLIES_CLIENT),
        message(
            "metrics/request-server",
            "server, a streamed request",
            REQUEST_SERVER,
        )
        .over(REQUESTS_SERVER),
        message(
            "metrics/request-client",
            "client, a streamed request",
            REQUEST_CLIENT,
        )
        .over(REQUESTS_CLIENT),
    ],
};

const fn call(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of).instructions(900).allocations(1)
}

const fn message(id: &'static str, what: &'static str, of: Scenario) -> Row {
    Row::new(id, what, of).instructions(60).allocations(0)
}
