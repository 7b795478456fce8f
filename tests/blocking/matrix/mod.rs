//! One definition in every world: with `async` and without, on the client and on the server, under async callers and
//! blocking ones, over async handlers and blocking ones, in the four call types.

mod caller;
mod definition;
mod handler;

use std::{
    fmt::Write as _,
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{
        Arc, Mutex,
        mpsc::{self, Receiver},
    },
    time::Duration,
};

use grpc_interceptor::{Identity, prelude::*};
use testproto::echo::echo_client::EchoClient;
use tokio::sync::Notify;

use crate::net::{Served, current_thread, intercepted, methods, multi_thread};
use caller::{Answer, AsyncCaller, Caller, SyncCaller, What};
use definition::{Async, Seen, Sync, Teller};

/// Where the table stands.
const PAGE: &str = "docs/sync-async.md";

const SOON: Duration = Duration::from_secs(20);

/// With `async` or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Async,
    Sync,
}

/// One of the eight rows.
#[derive(Debug, Clone, Copy)]
struct Row {
    definition: Manner,
    side: Side,
    /// The caller on the client, the handler on the server.
    other: Manner,
}

/// A call's two ends, and what the definition between them sees.
struct Cell {
    kind: CallKind,
    caller: Box<dyn Caller>,
    seen: Receiver<Seen>,
    holds: Arc<Notify>,
    _server: Served,
    /// Dropped, blocking handlers that hold a call let it go.
    _let_go: mpsc::Sender<()>,
}

type Check = fn(&mut Cell);

/// What each cell checks, by name.
const CHECKS: [(&str, Check); 6] = [
    ("order of messages", Cell::keeps_the_order),
    ("metadata both ways", Cell::carries_metadata),
    ("trailers", Cell::carries_trailers),
    ("status with details", Cell::carries_a_status),
    ("cancel", Cell::is_cancelled),
    ("deadline", Cell::keeps_the_deadline),
];

#[test]
fn one_definition_works_in_every_world() {
    let mut table = String::from(
        "| definition | side | other code | unary_unary | unary_stream | stream_unary | stream_stream |\n|---|---|---|---|---|---|---|\n",
    );
    let mut failures = Vec::new();
    for row in Row::all() {
        write!(table, "| {} |", row.label()).unwrap();
        for kind in CallKind::ALL {
            let failed = row.run(kind);
            write!(
                table,
                " {} of {} |",
                CHECKS.len() - failed.len(),
                CHECKS.len()
            )
            .unwrap();
            failures.extend(
                failed
                    .into_iter()
                    .map(|check| format!("{} {kind}: {check}", row.label())),
            );
        }
        table.push('\n');
    }
    eprintln!("{table}");
    assert_eq!(failures, [""; 0], "failed");
    compare(&table);
}

/// The table in the docs is this one. `UPDATE_EXPECT=1` writes it.
fn compare(table: &str) {
    const MARKS: [&str; 2] = [
        "<!-- the table that tests/blocking/matrix prints -->\n\n",
        "\n<!-- -->\n",
    ];
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(MARKS[0]).unwrap();
    let (shown, after) = rest.split_once(MARKS[1]).unwrap();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let page = [before, MARKS[0], table, MARKS[1], after].concat();
        return fs::write(path, page).unwrap();
    }
    assert_eq!(
        shown, table,
        "{PAGE}: `UPDATE_EXPECT=1` writes the table anew"
    );
}

// === impl Row ===

impl Row {
    fn all() -> impl Iterator<Item = Self> {
        let manners = [Manner::Async, Manner::Sync];
        let sides = [Side::Client, Side::Server];
        manners.into_iter().flat_map(move |definition| {
            sides.into_iter().flat_map(move |side| {
                manners.into_iter().map(move |other| Self {
                    definition,
                    side,
                    other,
                })
            })
        })
    }

    fn label(self) -> String {
        let other = match (self.side, self.other) {
            (Side::Client, Manner::Async) => "async caller",
            (Side::Client, Manner::Sync) => "sync caller",
            (Side::Server, Manner::Async) => "async handler",
            (Side::Server, Manner::Sync) => "sync handler",
        };
        let definition = match self.definition {
            Manner::Async => "async",
            Manner::Sync => "sync",
        };
        format!("{definition} | {} | {other}", self.side)
    }

    /// The names of the checks that failed. Each has a cell of its own.
    fn run(self, kind: CallKind) -> Vec<&'static str> {
        let failed = CHECKS.iter().filter(|(_, check)| {
            let check = || check(&mut self.cell(kind));
            catch_unwind(AssertUnwindSafe(check)).is_err()
        });
        failed.map(|(name, _)| *name).collect()
    }

    fn cell(self, kind: CallKind) -> Cell {
        let (teller, seen) = Teller::new();
        match self.definition {
            Manner::Async => self.cell_of(kind, Async(teller), seen),
            Manner::Sync => self.cell_of(kind, Sync(teller), seen),
        }
    }

    fn cell_of<D>(self, kind: CallKind, definition: D, seen: Receiver<Seen>) -> Cell
    where
        D: Interceptor + Clone,
    {
        let holds = Arc::new(Notify::new());
        let (let_go, held) = mpsc::channel();
        let handler = match self.side {
            Side::Client => Manner::Async,
            Side::Server => self.other,
        };
        let on_server = (self.side == Side::Server).then(|| definition.clone());
        let server = match handler {
            Manner::Async => {
                let service = handler::AsyncEcho(Arc::clone(&holds));
                Served::start(
                    current_thread(),
                    intercepted((on_server, Identity), service),
                )
            }
            Manner::Sync => {
                let let_go = Arc::new(Mutex::new(held));
                let holds = Arc::clone(&holds);
                let service = handler::SyncEcho { holds, let_go };
                Served::start(multi_thread(), intercepted((on_server, Identity), service))
            }
        };
        let on_client = (self.side == Side::Client).then_some(definition);
        let caller = self.caller((on_client, Identity), &server);
        Cell {
            kind,
            caller,
            seen,
            holds,
            _server: server,
            _let_go: let_go,
        }
    }

    fn caller(self, chain: impl Interceptor, server: &Served) -> Box<dyn Caller> {
        let layer = ClientLayer::new(chain, &methods()).unwrap();
        if self.side == Side::Client && self.other == Manner::Sync {
            let channel = blocking::Channel::connect(server.uri()).unwrap();
            let client = channel.client(|channel| EchoClient::new(layer.layer(channel)));
            return Box::new(SyncCaller { client });
        }
        let runtime = multi_thread(); // so that the connection goes on when the caller is back
        let channel = runtime.block_on(async { server.channel() });
        let client = EchoClient::new(layer.layer(channel));
        Box::new(AsyncCaller { client, runtime })
    }
}

// === impl Cell ===

impl Cell {
    fn what(&self, texts: &'static [&'static str]) -> What {
        What {
            kind: self.kind,
            texts,
            timeout: None,
        }
    }

    fn answer(&mut self) -> Answer {
        let what = self.what(&["a", "b", "c"]);
        self.caller.call(&what).unwrap()
    }

    /// What the definition sees up to the end of the call: there is one.
    fn until_end(&self) -> (Vec<Seen>, Code, Vec<u8>) {
        let mut before = Vec::new();
        loop {
            match self.seen.recv_timeout(SOON).unwrap() {
                Seen::End(code, details) => {
                    before.extend(self.seen.recv_timeout(Duration::from_millis(1)));
                    return (before, code, details);
                }
                seen => before.push(seen),
            }
        }
    }

    fn keeps_the_order(&mut self) {
        let texts = ["a", "b", "c"];
        assert_eq!(self.answer().texts, texts);
        let (seen, code, _) = self.until_end();
        assert_eq!(code, Code::Ok);
        let mut requests = Vec::new();
        let mut responses = Vec::new();
        for seen in seen {
            match seen {
                Seen::Request(text) => requests.push(text),
                Seen::Response(text) => responses.push(text),
                Seen::HasDeadline(_) => {}
                end @ Seen::End(..) => panic!("a second {end:?}"),
            }
        }
        let expected = |streams| {
            if streams {
                texts.to_vec()
            } else {
                vec!["a b c"]
            }
        };
        assert_eq!(requests, expected(self.kind.client_streaming()));
        assert_eq!(responses, expected(self.kind.server_streaming()));
    }

    fn carries_metadata(&mut self) {
        let metadata = self.answer().metadata;
        for name in ["x-caller", "x-definition", "x-initial"] {
            assert_eq!(metadata.get(name).unwrap(), "there", "{name}");
        }
        let value = metadata
            .get_bin("x-caller-bin")
            .unwrap()
            .to_bytes()
            .unwrap();
        assert_eq!(&*value, b"\x00\xff");
    }

    fn carries_trailers(&mut self) {
        let trailers = self.answer().trailers;
        assert_eq!(trailers.get("x-trailer").unwrap(), "there");
    }

    fn carries_a_status(&mut self) {
        let what = self.what(&["fail"]);
        let (status, made) = (self.caller.call(&what).unwrap_err(), handler::failure());
        assert_eq!(
            (status.code(), status.message()),
            (made.code(), made.message())
        );
        assert_eq!(status.details(), made.details());
        assert_eq!(status.metadata().get("x-failed").unwrap(), "there");
        let (_, code, details) = self.until_end();
        assert_eq!((code, &*details), (made.code(), made.details()));
    }

    fn is_cancelled(&mut self) {
        let (what, holds) = (self.what(&["hold"]), Arc::clone(&self.holds));
        self.caller.call_until(&what, &holds);
        let (_, code, _) = self.until_end();
        assert_eq!(code, Code::Cancelled);
    }

    fn keeps_the_deadline(&mut self) {
        let what = What {
            timeout: Some(Duration::from_millis(80)),
            ..self.what(&["hold"])
        };
        let status = self.caller.call(&what).unwrap_err();
        // the first is what tonic says, on whichever end its timer is first
        let late = [Code::Cancelled, Code::DeadlineExceeded];
        assert!(late.contains(&status.code()), "{status:?}");
        let (seen, code, _) = self.until_end();
        assert!(late.contains(&code), "{code:?}");
        assert!(seen.contains(&Seen::HasDeadline(true)));
    }
}
