//! The table of calls.

use grpc_interceptor::{CallKind, tonic::Code};
use serde_json::{Value, json};
use testproto::echo::EchoRequest;

/// With these the size of a message is that of tonic's and grpcio's default limit, to the byte.
const PAYLOAD_OF_4_MIB: usize = (4 << 20) - 5;
pub(crate) const ASCII: &str = "a value, with blanks";
pub(crate) const RAW: [u8; 4] = [0x00, 0xff, 0x0a, 0x2c];
pub(crate) const TEXT: &str = "told so: ü%";

/// A call, and what has to come of it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) kind: CallKind,
    /// The text, how many replies to a `ServerStream`, the size of the payload.
    pub(crate) requests: Vec<(String, u32, usize)>,
    /// How often the requests are sent.
    pub(crate) times: usize,
    /// Whether it has metadata, which the server sends back.
    pub(crate) has_metadata: bool,
    /// More of it, which clients of theirs send.
    pub(crate) metadata: Vec<(&'static str, String)>,
    /// What grpcio itself makes credentials of.
    pub(crate) token: Option<String>,
    /// Which metadata of the server's they tell of.
    pub(crate) sees: &'static [&'static str],
    pub(crate) millis: Option<u64>,
    /// After how many replies the client cancels; of a unary response, 0: as soon as the server has it.
    pub(crate) cancel_after: Option<u64>,
    pub(crate) gzip: bool,
    /// Whether it is over before a request is read, so that requests may find it over.
    pub(crate) is_refused: bool,
    pub(crate) code: Code,
    /// More of what the client sees: all of these are in its outcome.
    pub(crate) expected: Vec<(&'static str, Value)>,
}

// === impl Case ===

impl Case {
    pub(crate) fn new(name: &str, kind: CallKind, text: &str) -> Self {
        Self {
            name: format!("{name} {}", kind.as_str()),
            kind,
            requests: vec![(text.to_owned(), 3, 0)],
            times: 1,
            has_metadata: false,
            metadata: Vec::new(),
            token: None,
            sees: &[],
            millis: None,
            cancel_after: None,
            gzip: false,
            is_refused: false,
            code: Code::Ok,
            expected: Vec::new(),
        }
    }

    pub(crate) fn ends(self, code: Code) -> Self {
        Self { code, ..self }
    }

    /// Before a request is read.
    pub(crate) fn refused(self, code: Code) -> Self {
        let refused = Self {
            is_refused: true,
            ..self
        };
        refused.ends(code)
    }

    pub(crate) fn expects<V: Into<Value>>(mut self, key: &'static str, value: V) -> Self {
        self.expected.push((key, value.into()));
        self
    }

    /// With this metadata, too.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.metadata.push((name, value.into()));
        self
    }

    pub(crate) fn messages(&self) -> Vec<EchoRequest> {
        let one = self.requests.iter().map(|(text, count, size)| EchoRequest {
            text: text.clone(),
            count: *count,
            payload: vec![0; *size],
        });
        let one: Vec<_> = one.collect();
        let all = std::iter::repeat_n(one, self.times);
        all.flatten().collect()
    }

    /// As the clients of other languages read it.
    pub(crate) fn to_json(&self) -> Value {
        let request = |(text, count, size): &(String, u32, usize)| json!({"text": text, "count": count, "size": size});
        let requests: Vec<_> = self.requests.iter().map(request).collect();
        let mut case = json!({
            "name": self.name,
            "kind": self.kind.as_str(),
            "requests": requests,
            "times": self.times,
            "gzip": self.gzip,
            "refused": self.is_refused,
            "metadata": self.metadata,
            "sees": self.sees,
        });
        if let Some(token) = &self.token {
            case["token"] = (&**token).into();
        }
        if self.has_metadata {
            case["ascii"] = ASCII.into();
            case["raw"] = hex(&RAW).into();
        }
        if let Some(millis) = self.millis {
            case["timeout"] = json!(f64::from(u32::try_from(millis).unwrap()) / 1e3);
        }
        if let Some(count) = self.cancel_after {
            case["cancel_after"] = count.into();
        }
        case
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// What every client and every server has to agree on.
pub(crate) fn table() -> Vec<Case> {
    let mut table = Vec::new();
    for kind in CallKind::ALL {
        table.extend([echo(kind), fails(kind), deadline(kind), gzip(kind)]);
        table.push(Case::new("their own CANCELLED", kind, "code 1").ends(Code::Cancelled));
        table.push(Case::new("their own deadline", kind, "code 4").ends(Code::DeadlineExceeded));
        if kind.server_streaming() {
            table.extend([late(kind), cancelled(kind, 1)]);
        }
    }
    table.extend([
        four_mib(CallKind::UnaryUnary),
        four_mib(CallKind::StreamStream),
    ]);
    table
}

/// All calls that stream, with many messages. Each is of the size from which on h2 (0.4.20) does not count it as too small:
/// it closes a connection on which more than some 2,000 smaller ones wait to be read, with or without interceptors.
pub(crate) fn many_messages() -> Vec<Case> {
    let many = |kind| {
        let mut case = Case::new("many", kind, "x");
        let count = if kind.server_streaming() { 10_000 } else { 1 };
        if kind.client_streaming() {
            case.times = 10_000;
        }
        case.requests = vec![("x".to_owned(), 10_000, 256)];
        let case = case.expects("count", count).expects("ordered", true);
        if count == 1 {
            return case.expects("index", 10_000);
        }
        case.expects("bytes", 2_560_000)
    };
    CallKind::ALL[1..].iter().map(|kind| many(*kind)).collect()
}

fn echo(kind: CallKind) -> Case {
    let texts = match kind {
        CallKind::UnaryUnary => json!(["a"]),
        CallKind::UnaryStream => json!(["a", "a", "a"]),
        CallKind::StreamUnary => json!(["a b c"]),
        CallKind::StreamStream => json!(["a", "b", "c"]),
    };
    let mut case = Case::new("echo", kind, "a");
    if kind.client_streaming() {
        case.requests = ["a", "b", "c"].map(|text| (text.to_owned(), 0, 0)).to_vec();
    }
    case.has_metadata = true;
    case.expects("texts", texts)
        .expects("ordered", true)
        .expects("told", ASCII)
        .expects("told_raw", hex(&RAW))
        .expects("end", ASCII)
        .expects("end_raw", hex(&RAW))
}

fn fails(kind: CallKind) -> Case {
    let details: Vec<u8> = (0..=u8::MAX).collect();
    let mut case = Case::new("fails", kind, "fail").ends(Code::InvalidArgument);
    case.has_metadata = true;
    case.expects("message", TEXT)
        .expects("details", hex(&details))
        .expects("count", 0)
        .expects("end", ASCII)
        .expects("end_raw", hex(&RAW))
}

fn late(kind: CallKind) -> Case {
    let mut case = Case::new("late", kind, "late").ends(Code::Aborted);
    case.has_metadata = true;
    case.expects("message", "late")
        .expects("count", 1)
        .expects("told", ASCII)
        .expects("end_raw", hex(&RAW))
}

fn deadline(kind: CallKind) -> Case {
    let mut case = Case::new("deadline", kind, "hang").ends(Code::DeadlineExceeded);
    case.millis = Some(200);
    case
}

/// A deadline that the client knows nothing of.
pub(crate) fn deadline_of_the_server(kind: CallKind) -> Case {
    let case = Case::new("the server's deadline", kind, "hang").ends(Code::DeadlineExceeded);
    case.expects("count", u32::from(kind.server_streaming()))
}

pub(crate) fn cancelled(kind: CallKind, after: u64) -> Case {
    let mut case = Case::new("cancelled", kind, "hang").ends(Code::Cancelled);
    case.cancel_after = Some(after);
    case.expects("count", after)
}

fn gzip(kind: CallKind) -> Case {
    let mut case = Case::new("gzip", kind, "x");
    case.requests = vec![("x".to_owned(), 1, 20_000)];
    case.gzip = true;
    case.expects("bytes", 20_000)
}

fn four_mib(kind: CallKind) -> Case {
    let mut case = Case::new("4 MiB", kind, "");
    case.requests = vec![(String::new(), 0, PAYLOAD_OF_4_MIB)];
    case.expects("bytes", PAYLOAD_OF_4_MIB)
}
