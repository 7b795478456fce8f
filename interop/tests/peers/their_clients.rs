//! Their clients against our server: what each sees of each call, and that our chain sees each call end once.

use std::time::Duration;

use grpc_interceptor::{CallKind, deadline::Deadline, tonic::Code};

use crate::{
    case::{self, Case},
    certificate::Certificate,
    outcome::check,
    process::{Peer, Stack},
    run,
    server::{Handlers, Ours},
    watch::Ended,
    within,
};

/// All that they have to agree on; over a plain connection also what is heavy, or more than every server does.
async fn agree(stack: Stack, handlers: Handlers, is_plain: bool) {
    let certificate = (!is_plain).then(Certificate::new);
    let mut cases = case::table();
    if is_plain {
        cases.extend(case::many_messages());
        cases.extend(panics(handlers));
    }
    let (server, mut sees) = Ours::start(handlers, certificate.as_ref()).await;
    let mut client = Peer::client(stack, server.port(), certificate.as_ref(), &cases, false);
    for case in &cases {
        let outcome = within(client.told()).await;
        check(
            case,
            &outcome.unwrap_or_else(|| panic!("it ended before {}", case.name)),
        );
    }
    within(client.done()).await;
    let mut ends = sees.ends(cases.len()).await;
    for case in &cases {
        let at = ends.iter().position(|end| end.case == case.name);
        is_its_end(case, &ends.swap_remove(at.unwrap()));
    }
    server.stop().await;
    sees.no_more().await;
}

/// A client that goes away is CANCELLED here, or beyond its deadline.
fn is_its_end(case: &Case, end: &Ended) {
    if case.name.starts_with("deadline") {
        let codes = [Code::DeadlineExceeded, Code::Cancelled];
        assert!(codes.contains(&end.code), "{end:?}");
    } else {
        assert_eq!(end.code, case.code, "{end:?}");
    }
    if case.gzip {
        assert_eq!(end.compressed, (true, true), "{end:?}");
    }
}

/// Handlers that panic, at once and behind their first message.
fn panics(handlers: Handlers) -> Vec<Case> {
    let message = match handlers {
        Handlers::Async => "internal error", // of `Recovery`
        Handlers::Blocking => "blocking code panicked",
    };
    let panics = |kind: CallKind, name, text, count: u32| {
        let case = Case::new(name, kind, text).ends(Code::Internal);
        case.expects("message", message).expects("count", count)
    };
    CallKind::ALL
        .map(|kind| {
            let late = u32::from(kind.server_streaming());
            [
                panics(kind, "panics", "panic", 0),
                panics(kind, "panics late", "panic late", late),
            ]
        })
        .concat()
}

#[test]
fn sync_python() {
    run(agree(Stack::Sync, Handlers::Async, true));
}

#[test]
fn sync_python_over_tls() {
    run(agree(Stack::Sync, Handlers::Async, false));
}

#[test]
fn asyncio_python() {
    run(agree(Stack::Aio, Handlers::Async, true));
}

#[test]
fn asyncio_python_over_tls() {
    run(agree(Stack::Aio, Handlers::Async, false));
}

#[test]
fn node() {
    run(agree(Stack::Node, Handlers::Async, true));
}

#[test]
fn node_over_tls() {
    run(agree(Stack::Node, Handlers::Async, false));
}

#[test]
fn sync_python_under_blocking_handlers() {
    run(agree(Stack::Sync, Handlers::Blocking, true));
}

#[test]
fn sync_python_over_tls_under_blocking_handlers() {
    run(agree(Stack::Sync, Handlers::Blocking, false));
}

#[test]
fn asyncio_python_under_blocking_handlers() {
    run(agree(Stack::Aio, Handlers::Blocking, true));
}

#[test]
fn asyncio_python_over_tls_under_blocking_handlers() {
    run(agree(Stack::Aio, Handlers::Blocking, false));
}

#[test]
fn node_under_blocking_handlers() {
    run(agree(Stack::Node, Handlers::Blocking, true));
}

#[test]
fn node_over_tls_under_blocking_handlers() {
    run(agree(Stack::Node, Handlers::Blocking, false));
}

/// Every stack of theirs, against handlers of both manners.
const PAIRS: [(Stack, Handlers); 6] = [
    (Stack::Sync, Handlers::Async),
    (Stack::Sync, Handlers::Blocking),
    (Stack::Aio, Handlers::Async),
    (Stack::Aio, Handlers::Blocking),
    (Stack::Node, Handlers::Async),
    (Stack::Node, Handlers::Blocking),
];

/// A client cancels while it waits for its one reply.
#[test]
fn cancel_a_unary_response() {
    run(async {
        for (stack, handlers) in PAIRS {
            let (server, mut sees) = Ours::start(handlers, None).await;
            for kind in [CallKind::UnaryUnary, CallKind::StreamUnary] {
                let case = case::cancelled(kind, 0);
                let cases = [case.clone()];
                let mut client = Peer::client(stack, server.port(), None, &cases, false);
                assert_eq!(sees.start().await, case.name);
                client.cancel().await;
                check(&case, &within(client.told()).await.unwrap());
                assert_eq!(sees.end().await.code, Code::Cancelled);
                within(client.done()).await;
            }
            server.stop().await;
            sees.no_more().await;
        }
    });
}

/// Our server ends calls that take too long, whatever their clients say.
#[test]
fn are_told_of_our_deadline() {
    run(async {
        let cases = CallKind::ALL.map(case::deadline_of_the_server);
        for (stack, handlers) in PAIRS {
            let deadline = Deadline::new().max(Duration::from_millis(300));
            let (server, mut sees) = Ours::start_with(handlers, deadline, None).await;
            let mut client = Peer::client(stack, server.port(), None, &cases, false);
            for case in &cases {
                check(case, &within(client.told()).await.unwrap());
                assert_eq!(sees.end().await.code, Code::DeadlineExceeded);
            }
            within(client.done()).await;
            server.stop().await;
            sees.no_more().await;
        }
    });
}
