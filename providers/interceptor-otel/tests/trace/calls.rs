use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _};
use interceptor_core::{
    Side,
    tonic::{Code, Status},
};
use interceptor_otel::trace::{AttemptSpans, Spans};
use interceptor_test::{Case, Harness, Moment, Peer};
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;

use crate::{
    collector::{Collector, attributes},
    servers::{Back, Client, Front, client, request, serve},
};

/// A client, a server, its client, and a server that fails once.
fn in_a_row() -> Client {
    let back = serve(Back::default(), Spans::new());
    let between = client(back, Spans::new(), AttemptSpans::new());
    let front = serve(Front(between), Spans::new());
    client(front, Spans::new(), AttemptSpans::new())
}

#[tokio::test]
async fn one_unary_call_is_one_trace_from_end_to_end() {
    let collector = Collector::new();
    in_a_row().unary_echo(request("hello", 0)).await.unwrap();
    let tree = collector.tree();
    tree.check_times();
    let name = "echo.v1.Echo/UnaryEcho";
    let expected = [
        format!("client {name} OK "),
        format!("  client {name} OK 0 >0:7 <0:7"),
        format!("    server {name} OK <0:7 >0:7"),
        format!("      client {name} OK "),
        format!("        client {name} UNAVAILABLE 0 UNAVAILABLE (UNAVAILABLE, not yet) >0:7"),
        format!("          server {name} UNAVAILABLE UNAVAILABLE (UNAVAILABLE, not yet) "),
        format!("        client {name} OK 1 >0:7 <0:7"),
        format!("          server {name} OK <0:7 >0:7"),
    ];
    let found = tree.lines();
    // The server that refuses may have read the message, or not.
    let found: Vec<_> = found
        .iter()
        .map(|line| line.replace("not yet) <0:7", "not yet) "))
        .collect();
    assert_eq!(found, expected, "{found:#?}");
}

/// P18.
#[tokio::test]
async fn spans_of_streams_live_to_the_end_and_bodies_are_polled_in_them() {
    let collector = Collector::new();
    let replies = in_a_row().server_stream(request("hello", 3)).await.unwrap();
    let replies: Vec<_> = replies.into_inner().try_collect().await.unwrap();
    assert_eq!(replies.len(), 3);
    let tree = collector.tree();
    tree.check_times();
    let found: Vec<_> = tree.lines();
    let name = "echo.v1.Echo/ServerStream";
    let last = [
        format!("        client {name} OK 1 >0:9 <0:7 <1:9 <2:9"),
        format!("          server {name} OK <0:9 >0:7 >1:9 >2:9"),
        "            internal made ".to_owned(),
        "            internal made ".to_owned(),
        "            internal made ".to_owned(),
    ];
    assert_eq!(found[found.len() - 5..], last, "{found:#?}");
    assert_eq!(found.len(), 11, "{found:#?}");
}

#[tokio::test]
async fn streams_of_requests_are_one_trace_too() {
    let collector = Collector::new();
    let requests = || tokio_stream::iter(["a", "bc"]).map(|text| request(text, 0));
    let reply = in_a_row().client_stream(requests()).await.unwrap();
    assert_eq!(reply.into_inner().index, 2);
    let tree = collector.tree();
    tree.check_times();
    let found = tree.lines();
    assert_eq!(
        found[1], "  client echo.v1.Echo/ClientStream OK 0 >0:3 >1:4 <0:2",
        "{found:#?}"
    );
    assert_eq!(
        found[2], "    server echo.v1.Echo/ClientStream OK <0:3 <1:4 >0:2",
        "{found:#?}"
    );
    assert_eq!(found.len(), 8, "{found:#?}");

    let replies = in_a_row().bidi_stream(requests()).await.unwrap();
    let replies: Vec<_> = replies.into_inner().try_collect().await.unwrap();
    assert_eq!(replies.len(), 2);
    let tree = collector.tree();
    tree.check_times();
    assert_eq!(tree.lines().len(), 8);
}

/// Rows 18 and 19 of the pitfalls: a span ends with its call, once, also when that is dropped.
#[tokio::test(start_paused = true)]
async fn a_dropped_call_has_one_span_that_was_cancelled() {
    let collector = Collector::new();
    for case in Case::all() {
        for peer in [Peer::hang(), Peer::hang_after(1)] {
            let harness = Harness::new(case, Spans::new())
                .peer(peer)
                .cancel_at(Moment::Elapsed(Duration::from_secs(5)));
            harness.call().await;
            let spans = collector.take();
            let [span] = &spans[..] else {
                panic!("{case:?}: {spans:#?}")
            };
            let attributes = attributes(&span.attributes);
            assert_eq!(attributes["rpc.response.status_code"], "CANCELLED");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_code_is_an_error_where_the_conventions_say_so() {
    const OF_SERVERS: [Code; 6] = [
        Code::Unknown,
        Code::DeadlineExceeded,
        Code::Unimplemented,
        Code::Internal,
        Code::Unavailable,
        Code::DataLoss,
    ];
    let collector = Collector::new();
    for case in Case::all() {
        for code in (0..=16).map(Code::from_i32) {
            let peer = match code {
                Code::Ok => Peer::echo(),
                code => Peer::reject(Status::new(code, "because")),
            };
            Harness::new(case, Spans::new().server("shop", 443))
                .peer(peer)
                .call()
                .await;
            let spans = collector.take();
            let [span] = &spans[..] else {
                panic!("{case:?}: {spans:#?}")
            };
            let attributes = attributes(&span.attributes);
            assert_eq!(span.name, case.path().trim_start_matches('/'));
            assert_eq!(attributes["rpc.system.name"], "grpc");
            assert_eq!(attributes["rpc.method"], span.name);
            let is_error = match case.side() {
                Side::Client => code != Code::Ok,
                Side::Server => OF_SERVERS.contains(&code),
            };
            let status = span.status.clone().unwrap_or_default();
            assert_eq!(
                status.message.ends_with(", because"),
                is_error,
                "{case:?} {code:?}"
            );
            assert_eq!(attributes.contains_key("error.type"), is_error);
            if case.side() == Side::Client {
                assert_eq!(span.kind(), SpanKind::Client);
                assert_eq!(
                    (&*attributes["server.address"], &*attributes["server.port"]),
                    ("shop", "443")
                );
            } else {
                assert_eq!(span.kind(), SpanKind::Server);
            }
        }
    }
}
