//! What a client can do to a server.

mod drops;
mod headers;
mod messages;
mod stalls;

use interceptor_core::{CallKind, Side};
use tonic::Code;

use crate::{
    ends::{Ends, Look, assert_no_panic, note_panics},
    http2,
    raw_client::{Act, Connection, fine_call, request_headers},
    raw_server::settle_all,
    support::{
        around,
        body::frame,
        caller::call,
        echo::Echo,
        erase,
        net::{self, Incoming},
    },
};

/// The code that a call ends with; none if it never starts.
type Expected = fn(CallKind) -> Option<Code>;

/// One scenario, and how the call ends in it.
struct Row {
    name: String,
    acts: fn(CallKind) -> Vec<Act>,
    expected: Expected,
    /// The same where every message is looked at.
    looked_at: Expected,
    /// Whether the connection takes another call then.
    alive: bool,
}

const STREAM: u32 = 1;
const NEXT_STREAM: u32 = 3;

fn row(name: impl Into<String>, acts: fn(CallKind) -> Vec<Act>, expected: Expected) -> Row {
    let name = name.into();
    Row {
        name,
        acts,
        expected,
        looked_at: expected,
        alive: true,
    }
}

impl Row {
    fn looked_at(self, looked_at: Expected) -> Self {
        Self { looked_at, ..self }
    }

    fn dead(self) -> Self {
        Self {
            alive: false,
            ..self
        }
    }
}

const OK: Expected = |_| Some(Code::Ok);
const CANCELLED: Expected = |_| Some(Code::Cancelled);
const INTERNAL: Expected = |_| Some(Code::Internal);
const NEVER: Expected = |_| None;
/// A handler that waits for one message fails without it.
const NEEDS_ONE: Expected = |kind| {
    Some(if kind.client_streaming() {
        Code::Ok
    } else {
        Code::Internal
    })
};
/// tonic takes a request that was cut off for one that ended, where nobody looks at it.
const CUT_OFF: Expected = |kind| match kind {
    CallKind::UnaryUnary | CallKind::UnaryStream => Some(Code::Internal),
    CallKind::StreamUnary => Some(Code::Ok),
    CallKind::StreamStream => Some(Code::Cancelled),
};

fn write(bytes: Vec<u8>) -> Act {
    Act::Write(bytes)
}

fn begin(kind: CallKind) -> Act {
    begin_with(kind, &[])
}

fn begin_with(kind: CallKind, more: &[http2::Field<'_>]) -> Act {
    write(request_headers(STREAM, kind, false, more))
}

fn data(payload: &[u8]) -> Act {
    write(http2::data(STREAM, false, payload))
}

fn last(payload: &[u8]) -> Act {
    write(http2::data(STREAM, true, payload))
}

fn reset(code: u32) -> Act {
    write(http2::reset(STREAM, code))
}

// === running a row ===

/// Each row, for each call type, looked at and not. All that is wrong is told at once.
async fn run(rows: Vec<Row>) {
    note_panics();
    let mut wrong = Vec::new();
    for row in &rows {
        for kind in CallKind::ALL {
            for looks in [false, true] {
                let what = format!("{}, {kind}, looks: {looks}", row.name);
                let found = play(row, kind, looks).await;
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
    let (ends, echo) = (Ends::default(), Echo::new());
    let chain = (ends.observe(looks), looks.then_some(Look));
    let incoming = net::serve(around(Side::Server, chain, echo.routes()));
    let mut connection = Connection::open(&incoming).await;
    connection.play(&(row.acts)(kind)).await;
    settle_all().await;
    connection.play(&[fine_call(NEXT_STREAM, kind)]).await;
    settle_all().await;
    let frames = connection.close().await;
    settle_all().await;
    let expected = if looks {
        (row.looked_at)(kind)
    } else {
        (row.expected)(kind)
    };
    judge(&ends, expected, row.alive).map_err(|found| format!("{found}; frames: {frames:?}"))?;
    next_connection(&incoming, kind, &ends).await
}

/// A call that a drop ends may end behind the next one.
fn judge(ends: &Ends, expected: Option<Code>, alive: bool) -> Result<(), String> {
    let started = ends.started();
    let mut found: Vec<_> = ends
        .take()
        .into_iter()
        .map(|ended| i32::from(ended.code))
        .collect();
    let next = alive.then_some(Code::Ok);
    let mut expected: Vec<_> = expected.into_iter().chain(next).map(i32::from).collect();
    found.sort_unstable();
    expected.sort_unstable();
    if found == expected && started == expected.len() {
        return Ok(());
    }
    Err(format!(
        "ended with {found:?} and not {expected:?}; {started} started"
    ))
}

/// Whatever became of the connection: another one works, by tonic's own client.
async fn next_connection(incoming: &Incoming, kind: CallKind, ends: &Ends) -> Result<(), String> {
    let (channel, _cut) = net::cuttable(incoming);
    let outcome = call(&erase(channel), kind, &["fine"]).await;
    settle_all().await;
    let codes: Vec<_> = ends.take().into_iter().map(|ended| ended.code).collect();
    if outcome.texts() == ["fine"] && codes == [Code::Ok] {
        return Ok(());
    }
    Err(format!("the next call: {:?}, {codes:?}", outcome.lines()))
}
