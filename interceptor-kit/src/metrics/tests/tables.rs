//! The names and values of the libraries for Go and Java, each with its line in their sources' tables.

use std::collections::BTreeSet;

use interceptor_core::{CallKind, Side, tonic::Code};
use interceptor_test::{Case, Harness};

use super::{Dialect, FamilyKind, Metrics, all, read};
use crate::metrics::{
    Family,
    FamilyKind::{Counter, Histogram},
};

type Row = (FamilyKind, &'static str, &'static str, &'static str);

const METHOD: &str = "grpc_type,grpc_service,grpc_method";
const GO_CODE: &str = "grpc_type,grpc_service,grpc_method,grpc_code";
const JAVA_CODE: &str = "grpc_type,grpc_service,grpc_method,code,grpc_code";

/// go-grpc-middleware, `providers/prometheus`: `server_metrics.go`, then `client_metrics.go`. go-grpc-prometheus has the same.
const GO: [Row; 12] = [
    (
        Counter,
        "grpc_server_started_total",
        METHOD,
        "Total number of RPCs started on the server.",
    ),
    (
        Counter,
        "grpc_server_handled_total",
        GO_CODE,
        "Total number of RPCs completed on the server, regardless of success or failure.",
    ),
    (
        Counter,
        "grpc_server_msg_received_total",
        METHOD,
        "Total number of RPC stream messages received on the server.",
    ),
    (
        Counter,
        "grpc_server_msg_sent_total",
        METHOD,
        "Total number of gRPC stream messages sent by the server.",
    ),
    (
        Histogram,
        "grpc_server_handling_seconds",
        METHOD,
        "Histogram of response latency (seconds) of gRPC that had been application-level handled by the server.",
    ),
    (
        Counter,
        "grpc_client_started_total",
        METHOD,
        "Total number of RPCs started on the client.",
    ),
    (
        Counter,
        "grpc_client_handled_total",
        GO_CODE,
        "Total number of RPCs completed by the client, regardless of success or failure.",
    ),
    (
        Counter,
        "grpc_client_msg_received_total",
        METHOD,
        "Total number of RPC stream messages received by the client.",
    ),
    (
        Counter,
        "grpc_client_msg_sent_total",
        METHOD,
        "Total number of gRPC stream messages sent by the client.",
    ),
    (
        Histogram,
        "grpc_client_handling_seconds",
        METHOD,
        "Histogram of response latency (seconds) of the gRPC until it is finished by the application.",
    ),
    (
        Histogram,
        "grpc_client_msg_recv_handling_seconds",
        METHOD,
        "Histogram of response latency (seconds) of the gRPC single message receive.",
    ),
    (
        Histogram,
        "grpc_client_msg_send_handling_seconds",
        METHOD,
        "Histogram of response latency (seconds) of the gRPC single message send.",
    ),
];

/// java-grpc-prometheus: `ServerMetrics.java`, then `ClientMetrics.java`.
const JAVA: [Row; 10] = [
    (
        Counter,
        "grpc_server_started_total",
        METHOD,
        "Total number of RPCs started on the server.",
    ),
    (
        Counter,
        "grpc_server_handled_total",
        JAVA_CODE,
        "Total number of RPCs completed on the server, regardless of success or failure.",
    ),
    (
        Counter,
        "grpc_server_msg_received_total",
        METHOD,
        "Total number of stream messages received from the client.",
    ),
    (
        Counter,
        "grpc_server_msg_sent_total",
        METHOD,
        "Total number of stream messages sent by the server.",
    ),
    (
        Histogram,
        "grpc_server_handled_latency_seconds",
        METHOD,
        "Histogram of response latency (seconds) of gRPC that had been application-level handled by the server.",
    ),
    (
        Counter,
        "grpc_client_started_total",
        METHOD,
        "Total number of RPCs started on the client.",
    ),
    (
        Counter,
        "grpc_client_completed_total",
        JAVA_CODE,
        "Total number of RPCs completed on the client, regardless of success or failure.",
    ),
    (
        Counter,
        "grpc_client_msg_received_total",
        METHOD,
        "Total number of stream messages received from the server.",
    ),
    (
        Counter,
        "grpc_client_msg_sent_total",
        METHOD,
        "Total number of stream messages sent by the client.",
    ),
    (
        Histogram,
        "grpc_client_completed_latency_seconds",
        METHOD,
        "Histogram of rpc response latency (in seconds) for completed rpcs.",
    ),
];

/// `google.golang.org/grpc/codes`, `code_string.go`; and `io.grpc.Status.Code`, whose names the specification has too.
const CODES: [(Code, &str, &str); 17] = [
    (Code::Ok, "OK", "OK"),
    (Code::Cancelled, "Canceled", "CANCELLED"),
    (Code::Unknown, "Unknown", "UNKNOWN"),
    (Code::InvalidArgument, "InvalidArgument", "INVALID_ARGUMENT"),
    (
        Code::DeadlineExceeded,
        "DeadlineExceeded",
        "DEADLINE_EXCEEDED",
    ),
    (Code::NotFound, "NotFound", "NOT_FOUND"),
    (Code::AlreadyExists, "AlreadyExists", "ALREADY_EXISTS"),
    (
        Code::PermissionDenied,
        "PermissionDenied",
        "PERMISSION_DENIED",
    ),
    (
        Code::ResourceExhausted,
        "ResourceExhausted",
        "RESOURCE_EXHAUSTED",
    ),
    (
        Code::FailedPrecondition,
        "FailedPrecondition",
        "FAILED_PRECONDITION",
    ),
    (Code::Aborted, "Aborted", "ABORTED"),
    (Code::OutOfRange, "OutOfRange", "OUT_OF_RANGE"),
    (Code::Unimplemented, "Unimplemented", "UNIMPLEMENTED"),
    (Code::Internal, "Internal", "INTERNAL"),
    (Code::Unavailable, "Unavailable", "UNAVAILABLE"),
    (Code::DataLoss, "DataLoss", "DATA_LOSS"),
    (Code::Unauthenticated, "Unauthenticated", "UNAUTHENTICATED"),
];

/// `reporter.go`, `grpcType`; and `GrpcMethod.java`.
const TYPES: [(CallKind, &str, &str); 4] = [
    (CallKind::UnaryUnary, "unary", "UNARY"),
    (CallKind::StreamUnary, "client_stream", "CLIENT_STREAMING"),
    (CallKind::UnaryStream, "server_stream", "SERVER_STREAMING"),
    (CallKind::StreamStream, "bidi_stream", "BIDI_STREAMING"),
];

/// Without the gauge, and in Java without the histograms of messages, which it does not have.
fn definition(metrics: &Metrics) -> BTreeSet<(String, String, String, String)> {
    let families = [Side::Server, Side::Client]
        .into_iter()
        .flat_map(|side| metrics.families(side));
    let row = |family: &Family| {
        let labels: Vec<&str> = family.labels().collect();
        let (kind, name) = (family.kind().to_string(), family.name().to_owned());
        (kind, name, labels.join(","), family.help().to_owned())
    };
    let families = families.filter(|family| family.kind() != FamilyKind::Gauge);
    families.map(|family| row(family)).collect()
}

fn table(rows: &[Row]) -> BTreeSet<(String, String, String, String)> {
    let rows = rows.iter();
    rows.map(|(kind, name, labels, help)| {
        (
            kind.to_string(),
            (*name).to_owned(),
            (*labels).to_owned(),
            (*help).to_owned(),
        )
    })
    .collect()
}

#[test]
fn the_families_are_those_of_the_tables() {
    for dialect in [Dialect::Go, Dialect::GoV1] {
        assert_eq!(definition(&all(dialect).build().unwrap()), table(&GO));
    }
    let java = Metrics::builder().dialect(Dialect::Java).build().unwrap();
    assert_eq!(definition(&java), table(&JAVA));
}

#[test]
fn the_values_are_those_of_the_tables() {
    for (code, go, upper) in CODES {
        assert_eq!(Dialect::Go.code(code), go);
        assert_eq!(Dialect::GoV1.code(code), go);
        assert_eq!(Dialect::Java.code(code), upper);
    }
    for (kind, go, upper) in TYPES {
        assert_eq!(Dialect::Go.call_type(kind), go);
        assert_eq!(Dialect::GoV1.call_type(kind), go);
        assert_eq!(Dialect::Java.call_type(kind), upper);
    }
}

/// `prometheus.DefBuckets` of Go's client; `Configuration.java`, `DEFAULT_LATENCY_BUCKETS`.
#[test]
fn the_buckets_are_those_of_the_tables() {
    let go = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    ];
    let java = [
        0.001, 0.005, 0.01, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0,
    ];
    assert_eq!(Dialect::Go.buckets(), go);
    assert_eq!(Dialect::GoV1.buckets(), go);
    assert_eq!(Dialect::Java.buckets(), java);
}

#[tokio::test(start_paused = true)]
async fn java_has_the_code_twice() {
    let harness = Harness::unary_unary(all(Dialect::Java).build().unwrap());
    harness.call().await;
    let labels = [("code", "OK"), ("grpc_code", "OK")];
    let exposition = read(harness.interceptor());
    assert_eq!(
        exposition.sum_where("grpc_client_completed_total", &labels),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn go_and_its_predecessor_count_the_same() {
    for case in Case::all() {
        let mut rows = Vec::new();
        for dialect in [Dialect::Go, Dialect::GoV1] {
            let harness = Harness::new(case, all(dialect).build().unwrap());
            harness.call().await;
            rows.push(read(harness.interceptor()).rows());
        }
        assert_eq!(rows[0], rows[1], "{case}");
    }
}

#[test]
fn dialects_have_names() {
    for dialect in Dialect::ALL {
        assert_eq!(Dialect::from_name(dialect.name()), Some(dialect));
    }
    assert_eq!(Dialect::from_name("cobol"), None);
}
