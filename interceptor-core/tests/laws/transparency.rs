//! A chain that hands calls on changes nothing that either peer can see.
//!
//! Each scenario runs twice, with and without a chain, between tonic's client and tonic's server; what the caller got,
//! what was on the wire and what reached the handler are compared.

use interceptor_core::{BoxInterceptor, CallKind, Identity, Interceptor, Side, Then};
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tonic::{Code, codec::CompressionEncoding, metadata::MetadataValue};

use crate::support::{
    SIDES, Svc, around,
    caller::{Ask, Outcome, ask, ask_path},
    chain::Pass,
    echo::{Echo, routes_of},
    net::Transport,
    tap::{Passed, Tap},
};

/// A chain around a service, on either side.
pub(crate) type Wrap = fn(Side, Svc) -> Svc;

/// What a chain of links that do nothing can be made of.
pub(crate) const CHAINS: [(&str, Wrap); 10] = [
    ("nothing", |side, below| around(side, Identity, below)),
    ("one", |side, below| around(side, Pass, below)),
    ("ten", |side, below| around(side, ten(), below)),
    ("tuples in tuples", |side, below| {
        around(side, ((Pass, Pass), (Pass, (ten(), Pass))), below)
    }),
    ("then", |side, below| {
        around(side, Then::new(Then::new(Pass, Pass), Pass), below)
    }),
    ("boxed", |side, below| around(side, boxed(), below)),
    ("something", |side, below| around(side, Some(Pass), below)),
    ("nothing, perhaps", |side, below| {
        around(side, None::<Pass>, below)
    }),
    ("a list", |side, below| {
        around(
            side,
            vec![boxed(), BoxInterceptor::new(ten()), boxed()],
            below,
        )
    }),
    ("an empty list", |side, below| {
        around(side, Vec::<BoxInterceptor>::new(), below)
    }),
];

fn ten() -> impl Interceptor {
    (Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass, Pass)
}

fn boxed() -> BoxInterceptor {
    BoxInterceptor::new(Pass)
}

/// A caller, a connection and a service, with taps between them.
pub(crate) struct World {
    pub(crate) caller: Svc,
    wire: Tap,
    handler: Tap,
}

/// What is to be seen of one call.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) outcome: Vec<String>,
    pub(crate) wire: Passed,
    pub(crate) handler: Passed,
}

impl World {
    pub(crate) async fn new(
        transport: Transport,
        service: Svc,
        chain: Option<(Side, Wrap)>,
    ) -> Self {
        let wrap = |here, below| match chain {
            Some((side, wrap)) if side == here => wrap(side, below),
            _ => below,
        };
        let (wire, handler) = (Tap::default(), Tap::default());
        let service = wire.around(wrap(Side::Server, handler.around(service)));
        let channel = transport.connect(service).await;
        let caller = wrap(Side::Client, channel);
        Self {
            caller,
            wire,
            handler,
        }
    }

    pub(crate) fn seen(&self, outcome: &Outcome) -> Seen {
        let mut wire = self.wire.take();
        // A body may say that it is at its end, or be asked for more: the same on the wire.
        wire.response_body.ended |= wire.response_body.broken.is_none();
        Seen {
            outcome: outcome.lines(),
            wire,
            handler: self.handler.take(),
        }
    }
}

/// A call to compare.
struct Scenario {
    /// The texts of the requests; the first is what a service is told.
    texts: Vec<String>,
    /// What comes of it: for calls with a unary and with a streamed response.
    codes: [Code; 2],
    /// Whether the call ends before everything was read, so that what passed is not the same each time.
    cut_short: bool,
}

const LIMIT: usize = 4096;
const OVER_THE_PEERS_LIMIT: usize = 5000;
const OVER_ITS_OWN_LIMIT: usize = 9000;

fn scenarios() -> Vec<Scenario> {
    let of = |texts: &[&str], codes| Scenario {
        texts: texts.iter().map(|&text| text.to_owned()).collect(),
        codes,
        cut_short: false,
    };
    let cut_short = |text: String, code| Scenario {
        cut_short: true,
        ..of(&[&text], [code; 2])
    };
    let mut scenarios = vec![
        of(&["hello"], [Code::Ok; 2]),
        of(&["hello", "", "world"], [Code::Ok; 2]),
        of(&["silent"], [Code::Ok; 2]),
        of(&["fail-after:0:9"], [Code::FailedPrecondition; 2]),
        of(&["fail-after:3:14"], [Code::Unavailable; 2]),
        of(&[&format!("big:{}", LIMIT / 2)], [Code::Ok; 2]),
        cut_short("a".repeat(OVER_THE_PEERS_LIMIT), Code::OutOfRange),
        // tonic's client breaks the request off, and tells of the reset.
        cut_short("a".repeat(OVER_ITS_OWN_LIMIT), Code::Internal),
        cut_short(format!("big:{OVER_THE_PEERS_LIMIT}"), Code::OutOfRange),
        cut_short(format!("big:{OVER_ITS_OWN_LIMIT}"), Code::OutOfRange),
    ];
    let failures =
        [1, 4, 5, 13, 16].map(|code| of(&[&format!("fail:{code}")], [Code::from(code); 2]));
    scenarios.extend(failures);
    scenarios
}

/// Limits are over each other, so that each of the four can be met.
fn server() -> EchoServer<Echo> {
    EchoServer::new(Echo::new())
        .max_decoding_message_size(LIMIT)
        .max_encoding_message_size(2 * LIMIT)
}

fn client(service: Svc) -> EchoClient<Svc> {
    EchoClient::new(service)
        .max_decoding_message_size(LIMIT)
        .max_encoding_message_size(2 * LIMIT)
}

fn ask_of(scenario: &Scenario) -> Ask {
    let texts: Vec<_> = scenario.texts.iter().map(|text| &**text).collect();
    let mut ask = Ask::of(&texts);
    let bytes = MetadataValue::from_bytes(b"\x00\xff");
    ask.metadata.insert("x-ask", "1".parse().unwrap());
    ask.metadata.append("x-ask", "2".parse().unwrap());
    ask.metadata.insert_bin("x-ask-bin", bytes);
    ask.metadata.insert("grpc-timeout", "99S".parse().unwrap());
    ask
}

/// What is seen of each scenario, in each call type.
async fn run(world: &World, mut client: EchoClient<Svc>) -> Vec<Seen> {
    let mut all = Vec::new();
    for scenario in scenarios() {
        for kind in CallKind::ALL {
            let outcome = ask(&mut client, kind, ask_of(&scenario)).await;
            let mut seen = world.seen(&outcome);
            if scenario.cut_short {
                (seen.wire, seen.handler) = Default::default();
            }
            all.push(seen);
        }
    }
    for path in ["/echo.v1.Echo/Nothing", "/no.Service/Nothing"] {
        let outcome = ask_path(&world.caller, path, Ask::of(&["a", "b"])).await;
        assert_eq!(outcome.code(), Code::Unimplemented, "{path}");
        all.push(world.seen(&outcome));
    }
    all
}

/// With and without each chain, on each side.
async fn compare(transport: Transport, server: fn() -> EchoServer<Echo>, client: Client) {
    let bare = World::new(transport, routes_of(server()), None).await;
    let expected = run(&bare, client(bare.caller.clone())).await;
    for side in SIDES {
        for (name, wrap) in CHAINS {
            let world = World::new(transport, routes_of(server()), Some((side, wrap))).await;
            let seen = run(&world, client(world.caller.clone())).await;
            for (seen, expected) in seen.iter().zip(&expected) {
                let difference = difference(seen, expected, side);
                assert_eq!(difference, None, "{transport:?}, {name}, on the {side}");
            }
        }
    }
}

type Client = fn(Svc) -> EchoClient<Svc>;

/// What is not the same, if anything.
///
/// The exceptions: on the server, a unary error that stood in trailers goes out as an answer without messages; on either
/// side, a response that is not gRPC's is an error at once, also where messages would be streamed.
pub(crate) fn difference(seen: &Seen, expected: &Seen, side: Side) -> Option<String> {
    let in_headers = |seen: &Seen| {
        let mut lines = seen.wire.response.iter();
        lines.any(|line| line.starts_with("grpc-status"))
    };
    let is_same = if side == Side::Server && in_headers(seen) && !in_headers(expected) {
        let (wire, bare) = (&seen.wire, &expected.wire);
        let told = plain(&seen.outcome);
        seen.handler == expected.handler
            && (&wire.request, &wire.request_body) == (&bare.request, &bare.request_body)
            && is_moved_to_headers(wire, bare)
            // A client has the headers in a status' metadata, too, if it is an answer without messages.
            && plain(&expected.outcome).iter().all(|line| told.contains(line))
    } else if expected
        .wire
        .response
        .first()
        .is_none_or(|line| line == "200 OK")
    {
        seen == expected
    } else {
        (&seen.wire, &seen.handler) == (&expected.wire, &expected.handler)
            && plain(&seen.outcome) == plain(&expected.outcome)
    };
    (!is_same).then(|| format!("{seen:#?}\ninstead of {expected:#?}"))
}

/// Headers wherever they are told.
fn plain(outcome: &[String]) -> Vec<&str> {
    let line = |line| str::strip_prefix(line, "header ").or(line.strip_prefix("status "));
    let mut lines: Vec<_> = outcome.iter().map(|it| line(it).unwrap_or(it)).collect();
    lines.sort_unstable();
    lines
}

fn is_moved_to_headers(wire: &Passed, bare: &Passed) -> bool {
    let mut lines = [&bare.response[..], &bare.response_body.trailers].concat();
    lines[1..].sort();
    let body = &wire.response_body;
    wire.response == lines && body.bytes.is_empty() && body.trailers.is_empty()
}

/// That the scenarios are what they say they are.
#[tokio::test]
async fn bare() {
    let world = World::new(Transport::Duplex, routes_of(server()), None).await;
    let mut client = client(world.caller.clone());
    for scenario in scenarios() {
        for kind in CallKind::ALL {
            let outcome = ask(&mut client, kind, ask_of(&scenario)).await;
            let expected = scenario.codes[usize::from(kind.server_streaming())];
            let told = &scenario.texts[0];
            assert_eq!(
                outcome.code(),
                expected,
                "{kind} {told:.20}: {}",
                outcome.text()
            );
        }
    }
}

#[tokio::test]
async fn over_a_pipe() {
    compare(Transport::Duplex, server, client).await;
}

#[tokio::test]
async fn over_tcp() {
    compare(Transport::Tcp, server, client).await;
}

fn gzip_server() -> EchoServer<Echo> {
    server()
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip)
}

fn gzip_client(service: Svc) -> EchoClient<Svc> {
    client(service)
        .accept_compressed(CompressionEncoding::Gzip)
        .send_compressed(CompressionEncoding::Gzip)
}

#[tokio::test]
async fn compressed_over_a_pipe() {
    compare(Transport::Duplex, gzip_server, gzip_client).await;
}

#[tokio::test]
async fn compressed_over_tcp() {
    compare(Transport::Tcp, gzip_server, gzip_client).await;
}

/// A compression that the server does not take.
#[tokio::test]
async fn compressed_by_the_client_alone() {
    compare(Transport::Duplex, server, gzip_client).await;
}
