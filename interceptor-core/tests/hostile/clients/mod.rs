//! What a server can do to a client.

mod connections;
mod messages;
mod resets;
mod stalls;
mod statuses;

use interceptor_core::{CallKind, ClientLayer, Origin, TransportKind};
use testproto::echo::echo_client::EchoClient;
use tonic::{
    Code,
    transport::{Channel, Endpoint},
};

use crate::{
    ends::{Ended, Ends, Look, assert_no_panic, note_panics},
    http2,
    raw_server::{Moment, Scenario, Step, endpoint, settle, settle_all},
    support::{
        Svc,
        body::frame,
        caller::{self, Ask, Outcome},
        erase, methods,
    },
};

/// One scenario, and how a call ends in it.
struct Row {
    name: String,
    scenario: Scenario,
    endpoint: Endpoint,
    /// With a response of one message, and with a stream of them.
    unary: Expected,
    streamed: Expected,
    /// The same where every message is looked at, if that changes something.
    looked_at: Option<(Expected, Expected)>,
    /// Whether tonic alone does otherwise: it panics, takes an error page for messages, or rewrites a code.
    differs: bool,
    /// Whether it is tonic's codec above the chain that finds the mistake.
    found_above: bool,
}

/// The code of the end, and the origin of its status.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Expected {
    code: Code,
    origin: Option<Origin>,
}

const fn transport(kind: TransportKind, headers_received: bool) -> Origin {
    Origin::Transport {
        kind,
        headers_received,
    }
}

impl Expected {
    const OK: Self = Self {
        code: Code::Ok,
        origin: None,
    };
    const CANCELLED: Self = Self {
        code: Code::Cancelled,
        origin: None,
    };

    fn lost(headers_received: bool) -> Self {
        Self::on_the_way(TransportKind::ConnectionLost, headers_received)
    }

    /// The code that the specification has for it.
    fn on_the_way(kind: TransportKind, headers_received: bool) -> Self {
        let origin = Some(transport(kind, headers_received));
        Self {
            code: kind.code().unwrap(),
            origin,
        }
    }

    fn peer(code: Code, headers_received: bool) -> Self {
        let origin = Some(Origin::Peer { headers_received });
        Self { code, origin }
    }

    /// This side found the mistake.
    fn local(code: Code) -> Self {
        Self {
            code,
            origin: Some(Origin::Local),
        }
    }
}

/// A scenario that begins with the headers of the call.
fn row(name: impl Into<String>, steps: Vec<Step>, expected: Expected) -> Row {
    let scenario = Scenario {
        moment: Moment::Call,
        settings: Vec::new(),
        steps,
    };
    Row {
        name: name.into(),
        scenario,
        endpoint: endpoint(),
        unary: expected,
        streamed: expected,
        looked_at: None,
        differs: false,
        found_above: false,
    }
}

/// A response that ends without a status: of a stream, nobody sent one; of a unary call, we say so in the peer's name.
fn no_status(name: impl Into<String>, steps: Vec<Step>) -> Row {
    let unary = Expected::peer(Code::Unknown, true);
    row(
        name,
        steps,
        Expected {
            origin: None,
            ..unary
        },
    )
    .unary(unary)
}

impl Row {
    fn at(mut self, moment: Moment) -> Self {
        self.scenario.moment = moment;
        self
    }

    fn unary(self, unary: Expected) -> Self {
        Self { unary, ..self }
    }

    fn looked_at(self, unary: Expected, streamed: Expected) -> Self {
        Self {
            looked_at: Some((unary, streamed)),
            ..self
        }
    }

    fn endpoint(self, endpoint: Endpoint) -> Self {
        Self { endpoint, ..self }
    }

    fn differs(self) -> Self {
        Self {
            differs: true,
            ..self
        }
    }

    fn found_above(self) -> Self {
        Self {
            found_above: true,
            ..self
        }
    }

    fn expected(&self, kind: CallKind, looks: bool) -> Expected {
        let looked_at = self.looked_at.filter(|_| looks);
        let (unary, streamed) = looked_at.unwrap_or((self.unary, self.streamed));
        if kind.server_streaming() {
            streamed
        } else {
            unary
        }
    }

    fn channel(&self) -> Channel {
        self.scenario.channel(&self.endpoint)
    }
}

// === frames of the first call ===

const STREAM: u32 = 1;
const FINE: &[http2::Field<'_>] = &[("grpc-status", b"0")];

fn write(bytes: Vec<u8>) -> Step {
    Step::Write(bytes)
}

fn response_headers() -> Step {
    headers_with(&[])
}

fn headers_with(more: &[http2::Field<'_>]) -> Step {
    let first: [http2::Field<'_>; 2] = [(":status", b"200"), ("content-type", b"application/grpc")];
    write(http2::headers(STREAM, false, &[&first, more].concat()))
}

fn instead_of_a_response(more: &[http2::Field<'_>]) -> Step {
    let first: [http2::Field<'_>; 2] = [(":status", b"200"), ("content-type", b"application/grpc")];
    write(http2::headers(STREAM, true, &[&first, more].concat()))
}

fn trailers(fields: &[http2::Field<'_>]) -> Step {
    write(http2::headers(STREAM, true, fields))
}

fn data(payload: &[u8]) -> Step {
    write(http2::data(STREAM, false, payload))
}

fn message(text: &str) -> Step {
    data(&frame(text))
}

// === running a row ===

/// Each row, for each call type, looked at and not. All that is wrong is told at once.
async fn run(rows: Vec<Row>) {
    note_panics();
    let mut wrong = Vec::new();
    for row in &rows {
        for kind in CallKind::ALL {
            for looks in [false, true] {
                let found = play(row, kind, looks).await;
                let what = format!("{}, {kind}, looks: {looks}", row.name);
                wrong.extend(found.err().map(|found| format!("{what}: {found}")));
                assert_no_panic(&what);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong.join("\n")
    );
}

async fn play(row: &Row, kind: CallKind, looks: bool) -> Result<(), String> {
    let ends = Ends::default();
    let client = client(row.channel(), &ends, looks);
    let outcome = ask(client.clone(), kind).await;
    settle_all().await;
    judge(row, kind, looks, &ends, &outcome)?;
    if !row.differs {
        as_without_us(row, kind, &outcome).await?;
    }
    next_call(client, kind, &ends).await
}

fn client(channel: Channel, ends: &Ends, looks: bool) -> Svc {
    let chain = (ends.observe(looks), looks.then_some(Look));
    erase(ClientLayer::new(chain, &methods()).unwrap().layer(channel))
}

async fn ask(client: Svc, kind: CallKind) -> Outcome {
    let mut client = EchoClient::new(client);
    caller::ask(&mut client, kind, Ask::of(&["a"])).await
}

fn judge(
    row: &Row,
    kind: CallKind,
    looks: bool,
    ends: &Ends,
    outcome: &Outcome,
) -> Result<(), String> {
    let (started, ended) = (ends.started(), ends.take());
    let [
        Ended {
            code, origin, text, ..
        },
    ] = &*ended
    else {
        return Err(format!("{started} started, and ended: {ended:?}"));
    };
    let (found, expected) = (
        Expected {
            code: *code,
            origin: *origin,
        },
        row.expected(kind, looks),
    );
    if started != 1 || found != expected {
        return Err(format!(
            "{found:?} ({text:?}) and not {expected:?}; {started} started"
        ));
    }
    if (outcome.code() == Code::Ok) != (*code == Code::Ok) && (looks || !row.found_above) {
        return Err(format!(
            "the caller was told {:?}, the observer {code:?}",
            outcome.status
        ));
    }
    Ok(())
}

/// The caller sees what he would see without us.
async fn as_without_us(row: &Row, kind: CallKind, outcome: &Outcome) -> Result<(), String> {
    let bare = ask(erase(row.channel()), kind).await;
    let lines = |outcome: &Outcome| {
        (
            outcome.code(),
            outcome.texts().len(),
            outcome.trailers.len(),
        )
    };
    if lines(&bare) == lines(outcome) {
        return Ok(());
    }
    Err(format!(
        "without us {:?}, and with us {:?}",
        bare.lines(),
        outcome.lines()
    ))
}

async fn next_call(client: Svc, kind: CallKind, ends: &Ends) -> Result<(), String> {
    let next = ask(client, kind).await;
    settle().await;
    let codes: Vec<_> = ends.take().into_iter().map(|ended| ended.code).collect();
    if next.texts() == ["fine"] && codes == [Code::Ok] {
        return Ok(());
    }
    Err(format!("the next call: {:?}, {codes:?}", next.lines()))
}
