//! A chain that hands calls on changes nothing that either peer can see.
//!
//! Each scenario runs twice, with and without a chain, between tonic's client and tonic's server; what the caller got,
//! what was on the wire and what reached the handler are compared.

use interceptor_core::{BoxInterceptor, CallKind, Identity, Interceptor, Then};
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tonic::{Code, codec::CompressionEncoding, metadata::MetadataValue};

pub(crate) use crate::support::world::{Seen, World, Wrap, difference};
use crate::support::{
    SIDES, Svc, around,
    caller::{Ask, ask, ask_path},
    chain::Pass,
    echo::{Echo, routes_of},
    net::Transport,
};

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

/// Pitfall P27.
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

/// Pitfall P28.
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
