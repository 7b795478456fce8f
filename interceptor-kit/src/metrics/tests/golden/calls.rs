//! The calls that were counted.

use interceptor_core::{CallKind, Methods, Side, Unknown, tonic::Code};
use interceptor_test::{Case, Harness, Peer, Script};

use super::super::{Dialect, Exposition, all, read};

/// A call as `xtask/golden/calls.py` makes it.
pub(super) struct CallOf {
    pub(super) name: &'static str,
    kind: CallKind,
    method: &'static str,
    code: Code,
    requests: u32,
    responses: u32,
}

pub(super) const CALLS: [CallOf; 9] = [
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

// === impl CallOf ===

impl CallOf {
    pub(super) async fn make(&self, side: Side, dialect: Dialect) -> Exposition {
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
    pub(super) fn check(&self, side: Side, ours: &Exposition) {
        let of = |rest| super::super::name(side, rest);
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
