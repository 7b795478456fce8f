use interceptor_core::{CallKind, tonic::Code};

/// Whose names and values the metrics have.
///
/// Dashboards and alerts that were made for one of these libraries go on to work. Each is a choice of names: what is counted,
/// and when, is the same in all of them (see [Differences](super#differences)).
///
/// | | `Go`, `GoV1` | `Python` | `PythonLegacy` | `Java` |
/// |---|---|---|---|---|
/// | `grpc_type` | `server_stream` | `SERVER_STREAMING` | `SERVER_STREAMING` | `SERVER_STREAMING` |
/// | label of the code | `grpc_code` | `grpc_code` | `code` | `code` and `grpc_code` |
/// | a code | `NotFound`, `Canceled` | `NOT_FOUND`, `CANCELLED` | `NOT_FOUND` | `NOT_FOUND` |
/// | messages of unary calls are counted | yes | no | no | no |
/// | end of a call, client | `…_handled_total` | `…_handled_total` | `…_completed_total` | `…_completed_total` |
/// | duration, server | `…_handling_seconds` | `…_handling_seconds` | `…_handled_latency_seconds` | `…_handled_latency_seconds` |
/// | duration, client | `…_handling_seconds` | `…_handling_seconds` | `…_completed_latency_seconds` | `…_completed_latency_seconds` |
/// | buckets | 11 | 14 | 14 | 12 |
/// | service and method of an unknown path | `unknown` | empty | empty | `unknown` |
/// | numbers in the text format | `1` | `1.0` | `1.0` | `1.0` |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// go-grpc-middleware's `providers/prometheus`, version 2.
    #[default]
    Go,
    /// go-grpc-prometheus, its predecessor. Its names and values are those of [`Go`](Self::Go).
    GoV1,
    /// py-grpc-prometheus 0.8 and py-async-grpc-prometheus 0.2.
    Python,
    /// The same with `legacy=True`.
    PythonLegacy,
    /// java-grpc-prometheus.
    Java,
}

const GO_BUCKETS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
const PYTHON_BUCKETS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];
const JAVA_BUCKETS: [f64; 12] = [
    0.001, 0.005, 0.01, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0,
];

/// How many codes there are.
pub(super) const CODES: usize = 17;

/// By the number of the code: as Go spells it, and as the specification does.
const SPELLINGS: [(&str, &str); CODES] = [
    ("OK", "OK"),
    ("Canceled", "CANCELLED"),
    ("Unknown", "UNKNOWN"),
    ("InvalidArgument", "INVALID_ARGUMENT"),
    ("DeadlineExceeded", "DEADLINE_EXCEEDED"),
    ("NotFound", "NOT_FOUND"),
    ("AlreadyExists", "ALREADY_EXISTS"),
    ("PermissionDenied", "PERMISSION_DENIED"),
    ("ResourceExhausted", "RESOURCE_EXHAUSTED"),
    ("FailedPrecondition", "FAILED_PRECONDITION"),
    ("Aborted", "ABORTED"),
    ("OutOfRange", "OUT_OF_RANGE"),
    ("Unimplemented", "UNIMPLEMENTED"),
    ("Internal", "INTERNAL"),
    ("Unavailable", "UNAVAILABLE"),
    ("DataLoss", "DATA_LOSS"),
    ("Unauthenticated", "UNAUTHENTICATED"),
];

// === impl Dialect ===

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Go,
        Self::GoV1,
        Self::Python,
        Self::PythonLegacy,
        Self::Java,
    ];

    /// Its name in configurations: `go`, `go_v1`, `python`, `python_legacy` or `java`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::GoV1 => "go_v1",
            Self::Python => "python",
            Self::PythonLegacy => "python_legacy",
            Self::Java => "java",
        }
    }

    /// The dialect of that [name](Self::name).
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.name() == name)
    }

    /// The upper bounds of the histograms' buckets in seconds, if no others are given, without the last one, `+Inf`.
    #[must_use]
    pub const fn buckets(self) -> &'static [f64] {
        match self {
            Self::Go | Self::GoV1 => &GO_BUCKETS,
            Self::Python | Self::PythonLegacy => &PYTHON_BUCKETS,
            Self::Java => &JAVA_BUCKETS,
        }
    }

    /// The value of `grpc_type`.
    #[must_use]
    pub const fn call_type(self, kind: CallKind) -> &'static str {
        let (go, upper) = match kind {
            CallKind::UnaryUnary => ("unary", "UNARY"),
            CallKind::UnaryStream => ("server_stream", "SERVER_STREAMING"),
            CallKind::StreamUnary => ("client_stream", "CLIENT_STREAMING"),
            CallKind::StreamStream => ("bidi_stream", "BIDI_STREAMING"),
        };
        if self.is_go() { go } else { upper }
    }

    /// The value of the label of the code.
    #[must_use]
    pub const fn code(self, code: Code) -> &'static str {
        let (go, upper) = SPELLINGS[code as usize];
        if self.is_go() { go } else { upper }
    }

    /// The names of the labels that have the code as their value.
    #[must_use]
    pub const fn code_labels(self) -> &'static [&'static str] {
        match self {
            Self::Go | Self::GoV1 | Self::Python => &["grpc_code"],
            Self::PythonLegacy => &["code"],
            Self::Java => &["code", "grpc_code"],
        }
    }

    /// The service and the method of a path that is in no table.
    #[must_use]
    pub const fn unknown(self) -> &'static str {
        match self {
            Self::Python | Self::PythonLegacy => "",
            Self::Go | Self::GoV1 | Self::Java => "unknown",
        }
    }

    /// Whether the messages of a way that has one message are counted, and not only those of streams.
    #[must_use]
    pub const fn counts_unary_messages(self) -> bool {
        self.is_go()
    }

    /// Whether a number has a point in the text format, also when it has no fraction.
    pub(super) const fn writes_floats(self) -> bool {
        !self.is_go()
    }

    pub(super) const fn is_go(self) -> bool {
        matches!(self, Self::Go | Self::GoV1)
    }
}
