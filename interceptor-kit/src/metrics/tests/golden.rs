//! The Python libraries on the same calls.
//!
//! What they counted is in `golden/`, made anew by `cargo xtask golden`. All that they count right, we count the same: the
//! samples are compared as sets, with type, help, labels and value. What they get wrong is in [`WRONG`], and each line of it
//! is wrong there: a library that gets better makes this test fail.

use std::collections::BTreeSet;

use interceptor_core::{CallKind, Methods, Side, Unknown, tonic::Code};
use interceptor_test::{Case, Harness, Peer, Script};

use super::{
    Dialect, Exposition, all,
    exposition::{Row, Sample},
    read,
};

const GOLDEN: [(&str, Side, &str); 4] = [
    (
        "async",
        Side::Server,
        include_str!("golden/async_server.prom"),
    ),
    (
        "async",
        Side::Client,
        include_str!("golden/async_client.prom"),
    ),
    (
        "sync",
        Side::Server,
        include_str!("golden/sync_server.prom"),
    ),
    (
        "sync",
        Side::Client,
        include_str!("golden/sync_client.prom"),
    ),
];

/// A call as `xtask/golden/calls.py` makes it.
struct CallOf {
    name: &'static str,
    kind: CallKind,
    method: &'static str,
    code: Code,
    requests: u32,
    responses: u32,
}

const CALLS: [CallOf; 9] = [
    call(
        "unary_ok",
        CallKind::UnaryUnary,
        "UnaryEcho",
        Code::Ok,
        (1, 1),
    ),
    call(
        "unary_error",
        CallKind::UnaryUnary,
        "UnaryEcho",
        Code::NotFound,
        (1, 0),
    ),
    call(
        "server_stream_ok",
        CallKind::UnaryStream,
        "ServerStream",
        Code::Ok,
        (1, 3),
    ),
    call(
        "server_stream_error",
        CallKind::UnaryStream,
        "ServerStream",
        Code::NotFound,
        (1, 2),
    ),
    call(
        "client_stream_ok",
        CallKind::StreamUnary,
        "ClientStream",
        Code::Ok,
        (3, 1),
    ),
    call(
        "client_stream_error",
        CallKind::StreamUnary,
        "ClientStream",
        Code::NotFound,
        (3, 0),
    ),
    call(
        "bidi_ok",
        CallKind::StreamStream,
        "BidiStream",
        Code::Ok,
        (3, 3),
    ),
    call(
        "bidi_error",
        CallKind::StreamStream,
        "BidiStream",
        Code::NotFound,
        (3, 2),
    ),
    call(
        "unimplemented",
        CallKind::StreamStream,
        "Nothing",
        Code::Unimplemented,
        (0, 0),
    ),
];

/// What an original gets wrong: libraries, naming, side, calls, families.
struct Wrong {
    libraries: &'static [&'static str],
    namings: &'static [&'static str],
    side: Side,
    calls: &'static [&'static str],
    families: &'static [&'static str],
}

const ASYNC: &[&str] = &["async"];
const SYNC: &[&str] = &["sync"];
const BOTH: &[&str] = &["async", "sync"];
const ANY: &[&str] = &["current", "legacy"];
const STARTS: &[&str] = &["started_total"];
const ENDS: &[&str] = &["handled_total", "completed_total"];
const DURATIONS: &[&str] = &[
    "handling_seconds",
    "handled_latency_seconds",
    "completed_latency_seconds",
];
const MESSAGES: &[&str] = &["msg_recv_handling_seconds", "msg_send_handling_seconds"];

const WRONG: [Wrong; 16] = [
    // A stream that fails with an exception other than `RpcError` has no end on the server.
    wrong(
        ASYNC,
        ANY,
        Side::Server,
        &["server_stream_error", "bidi_error"],
        ENDS,
    ),
    // On threads no stream of responses has an end or a duration; a stream of requests has no start.
    wrong(
        SYNC,
        ANY,
        Side::Server,
        &[
            "server_stream_ok",
            "server_stream_error",
            "bidi_ok",
            "bidi_error",
        ],
        ENDS,
    ),
    wrong(
        SYNC,
        ANY,
        Side::Server,
        &[
            "server_stream_ok",
            "server_stream_error",
            "bidi_ok",
            "bidi_error",
        ],
        DURATIONS,
    ),
    wrong(
        SYNC,
        ANY,
        Side::Server,
        &[
            "client_stream_ok",
            "client_stream_error",
            "bidi_ok",
            "bidi_error",
        ],
        STARTS,
    ),
    // A method that the server lacks was never called. On a client its name is made up by the caller; here it is no label.
    wrong(BOTH, ANY, Side::Server, &["unimplemented"], STARTS),
    wrong(BOTH, ANY, Side::Server, &["unimplemented"], ENDS),
    wrong(BOTH, ANY, Side::Server, &["unimplemented"], DURATIONS),
    wrong(
        BOTH,
        ANY,
        Side::Client,
        &["unimplemented"],
        &[
            "started_total",
            "handled_total",
            "completed_total",
            "handling_seconds",
            "completed_latency_seconds",
            "msg_send_handling_seconds",
        ],
    ),
    // A unary call that fails has neither end nor duration.
    wrong(ASYNC, ANY, Side::Client, &["unary_error"], ENDS),
    wrong(ASYNC, ANY, Side::Client, &["unary_error"], DURATIONS),
    // A stream has no end on the client, and a failed one no duration.
    wrong(
        BOTH,
        ANY,
        Side::Client,
        &[
            "server_stream_ok",
            "server_stream_error",
            "client_stream_ok",
            "client_stream_error",
            "bidi_ok",
            "bidi_error",
        ],
        ENDS,
    ),
    wrong(
        ASYNC,
        ANY,
        Side::Client,
        &["server_stream_error", "client_stream_error"],
        DURATIONS,
    ),
    wrong(
        BOTH,
        ANY,
        Side::Client,
        &["bidi_ok", "bidi_error"],
        &[
            "started_total",
            "handling_seconds",
            "completed_latency_seconds",
        ],
    ),
    // It starts when it has succeeded.
    wrong(
        ASYNC,
        ANY,
        Side::Client,
        &["client_stream_error"],
        &["started_total", "msg_send_handling_seconds"],
    ),
    // With the old names, messages are not timed.
    wrong(
        BOTH,
        &["legacy"],
        Side::Client,
        &[
            "server_stream_ok",
            "server_stream_error",
            "client_stream_ok",
            "bidi_ok",
            "bidi_error",
        ],
        MESSAGES,
    ),
    wrong(
        SYNC,
        &["legacy"],
        Side::Client,
        &["client_stream_error"],
        MESSAGES,
    ),
];

const fn wrong(
    libraries: &'static [&'static str],
    namings: &'static [&'static str],
    side: Side,
    calls: &'static [&'static str],
    families: &'static [&'static str],
) -> Wrong {
    Wrong {
        libraries,
        namings,
        side,
        calls,
        families,
    }
}

const fn call(
    name: &'static str,
    kind: CallKind,
    method: &'static str,
    code: Code,
    (requests, responses): (u32, u32),
) -> CallOf {
    CallOf {
        name,
        kind,
        method,
        code,
        requests,
        responses,
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_python_libraries_count_right_is_counted_the_same() {
    let mut report = Vec::new();
    for (library, side, golden) in GOLDEN {
        for (naming, dialect) in [
            ("current", Dialect::Python),
            ("legacy", Dialect::PythonLegacy),
        ] {
            for call in &CALLS {
                let ours = call.make(side, dialect).await;
                let theirs = section(golden, &format!("{naming} {}", call.name));
                let known = |family: &str| {
                    WRONG
                        .iter()
                        .any(|wrong| wrong.is(library, naming, side, call.name, family))
                };
                for difference in differences(known, &ours, &theirs) {
                    report.push(format!(
                        "{library} {naming} {side} {}: {difference}",
                        call.name
                    ));
                }
            }
        }
    }
    assert!(report.is_empty(), "{}", report.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn names_types_and_texts_are_those_of_the_python_libraries() {
    for (library, side, golden) in GOLDEN {
        for (naming, dialect) in [
            ("current", Dialect::Python),
            ("legacy", Dialect::PythonLegacy),
        ] {
            let ours = CALLS[6].make(side, dialect).await;
            let theirs = section(golden, &format!("{naming} bidi_ok"));
            for (name, family) in &ours.families {
                if !name.ends_with("_in_flight") {
                    assert_eq!(
                        Some(family),
                        theirs.families.get(name),
                        "{library} {naming} {name}"
                    );
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn where_the_originals_are_wrong_ours_are_right() {
    for side in [Side::Server, Side::Client] {
        for call in &CALLS {
            call.check(side, &call.make(side, Dialect::Python).await);
        }
    }
}

// === impl CallOf ===

impl CallOf {
    async fn make(&self, side: Side, dialect: Dialect) -> Exposition {
        let metrics = all(dialect).build().unwrap();
        let method = |(name, kind)| (format!("/echo.v1.Echo/{name}"), kind);
        let table = [
            ("UnaryEcho", CallKind::UnaryUnary),
            ("ServerStream", CallKind::UnaryStream),
            ("ClientStream", CallKind::StreamUnary),
            ("BidiStream", CallKind::StreamStream),
        ];
        let table = table.map(method).into_iter();
        let methods = table.fold(Methods::builder(), |table, (path, kind)| {
            table.method(path, kind)
        });
        let script =
            (0..self.responses).fold(Script::new().read_all(), |script, _| script.send("x"));
        let harness = Harness::new(Case::new(self.kind, side), metrics)
            .methods(methods.build().unwrap())
            .unknown(Unknown::Pass)
            .path(&format!("/echo.v1.Echo/{}", self.method))
            .requests(vec!["x"; self.requests as usize])
            .peer(Peer::script(script.end(self.code)));
        assert_eq!(harness.call().await.code(), self.code, "{}", self.name);
        read(harness.interceptor())
    }

    /// What is true of it.
    fn check(&self, side: Side, ours: &Exposition) {
        let of = |rest| super::name(side, rest);
        let streamed = |is: bool, count: u32| u64::from(if is { count } else { 0 });
        let requests = streamed(self.kind.client_streaming(), self.requests);
        let responses = streamed(self.kind.server_streaming(), self.responses);
        let (received, sent) = match side {
            Side::Server => (requests, responses),
            Side::Client => (responses, requests),
        };
        let code = Dialect::Python.code(self.code);
        let labels = [
            ("grpc_type", Dialect::Python.call_type(self.kind)),
            ("grpc_code", code),
        ];
        assert_eq!(ours.sum(&of("started_total")), 1, "{}", self.name);
        assert_eq!(ours.sum(&of("handled_total")), 1, "{}", self.name);
        assert_eq!(
            ours.sum_where(&of("handled_total"), &labels),
            1,
            "{}",
            self.name
        );
        assert_eq!(ours.sum(&of("handling_seconds_count")), 1, "{}", self.name);
        assert_eq!(
            ours.sum(&of("msg_received_total")),
            received,
            "{}",
            self.name
        );
        assert_eq!(ours.sum(&of("msg_sent_total")), sent, "{}", self.name);
        assert_eq!(ours.sum(&of("in_flight")), 0, "{}", self.name);
    }
}

// === impl Wrong ===

impl Wrong {
    fn is(&self, library: &str, naming: &str, side: Side, call: &str, family: &str) -> bool {
        let has = |all: &[&str], one: &str| all.contains(&one);
        let family = family
            .strip_prefix(&super::name(side, ""))
            .unwrap_or(family);
        self.side == side
            && has(self.libraries, library)
            && has(self.namings, naming)
            && has(self.calls, call)
            && has(self.families, family)
    }
}

fn section(golden: &str, name: &str) -> Exposition {
    let head = format!("## {name}\n");
    let (_, rest) = golden
        .split_once(&head)
        .unwrap_or_else(|| panic!("no section `{name}`"));
    Exposition::read(rest.split("\n## ").next().unwrap())
}

/// What differs without being known to, and what does not differ although it is known to.
fn differences(
    is_known: impl Fn(&str) -> bool,
    ours: &Exposition,
    theirs: &Exposition,
) -> Vec<String> {
    let (ours, theirs) = (rows(ours), rows(theirs));
    let families: BTreeSet<&str> = ours
        .iter()
        .chain(&theirs)
        .map(|row| row.0.as_str())
        .collect();
    let of = |rows: &BTreeSet<Row>, family: &str| -> BTreeSet<Row> {
        rows.iter().filter(|row| row.0 == family).cloned().collect()
    };
    let mut found = Vec::new();
    for family in families {
        let (ours, theirs) = (of(&ours, family), of(&theirs, family));
        if (ours != theirs) != is_known(family) {
            found.push(format!("{family}:\n  ours   {ours:?}\n  theirs {theirs:?}"));
        }
    }
    found
}

/// Without what only time decides; without the gauge, which none of them has; and a counter at zero is as good as none.
fn rows(exposition: &Exposition) -> BTreeSet<Row> {
    let is_zero = |sample: &&Sample| sample.value == 0.0 && sample.name.ends_with("_total");
    let samples = exposition.samples.iter().filter(|sample| !is_zero(sample));
    let samples = samples.filter(|sample| !sample.name.ends_with("_in_flight"));
    let rows = samples.map(|sample| {
        let value = if is_timed(sample) {
            f64::NAN
        } else {
            sample.value
        };
        exposition.row(&Sample {
            value,
            ..sample.clone()
        })
    });
    rows.collect()
}

/// The histograms of messages count calls there, and messages here: of those the labels are compared.
fn is_timed(sample: &Sample) -> bool {
    let is_finite_bucket = sample.labels.get("le").is_some_and(|le| le != "+Inf");
    let is_of_messages = MESSAGES.iter().any(|family| sample.name.contains(family));
    sample.name.ends_with("_sum") || is_finite_bucket || is_of_messages
}
