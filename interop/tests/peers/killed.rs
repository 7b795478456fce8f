//! A process that is killed in the middle of calls: each ends once, as a lost connection, and nothing hangs.

use grpc_interceptor::deadline::Deadline;
use grpc_interceptor::status::CanonicalCodes;
use grpc_interceptor::{CallKind, Interceptor, Origin, TransportKind, tonic::Code};

use crate::{
    case::Case,
    client::{blocking_call, blocking_channel, call, endpoint, intercepted, on_a_thread},
    outcome::check,
    process::{Peer, Stack},
    run,
    server::{Handlers, Ours},
    watch::{Sees, watch},
    within,
};

/// One of each call type; those with streamed replies have had one.
fn cases() -> [Case; 4] {
    CallKind::ALL.map(|kind| {
        let case = Case::new("killed", kind, "hang").ends(Code::Unavailable);
        case.expects("count", u32::from(kind.server_streaming()))
    })
}

/// The codes are made canonical outside of what watches.
fn chain() -> (impl Interceptor, Sees) {
    let (watch, sees) = watch();
    ((CanonicalCodes::new(), watch, Deadline::new()), sees)
}

async fn all_hang(server: &mut Peer) {
    for _ in CallKind::ALL {
        within(server.event("hangs")).await;
    }
}

/// One end each, and its origin is the connection.
async fn all_ended(mut sees: Sees) {
    for end in sees.ends(4).await {
        let kind = end.origin.and_then(|origin: Origin| origin.transport());
        assert_eq!(kind, Some(TransportKind::ConnectionLost), "{end:?}");
        assert_eq!(kind.and_then(|kind| kind.code()), Some(Code::Unavailable));
    }
    sees.no_more().await;
}

async fn kill(stack: Stack) {
    let (mut server, port) = Peer::server(stack, None).await;
    let (chain, sees) = chain();
    let client = intercepted(chain, endpoint(port, None).connect_lazy());
    let calls = cases().map(|case| {
        let client = client.clone();
        tokio::spawn(async move { (call(client, &case).await, case) })
    });
    drop(client);
    all_hang(&mut server).await;
    server.kill().await;
    for call in calls {
        let (outcome, case) = within(call).await.unwrap();
        check(&case, &outcome);
    }
    all_ended(sees).await;
}

async fn kill_under_blocking_callers(stack: Stack) {
    let (mut server, port) = Peer::server(stack, None).await;
    let (chain, sees) = chain();
    let client = on_a_thread(move || {
        blocking_channel(port, None).client(|channel| intercepted(chain, channel))
    });
    let client = within(client).await;
    let calls = cases().map(|case| {
        let client = client.clone();
        tokio::spawn(on_a_thread(move || (blocking_call(client, &case), case)))
    });
    drop(client);
    all_hang(&mut server).await;
    server.kill().await;
    for call in calls {
        let (outcome, case) = within(call).await.unwrap();
        check(&case, &outcome);
    }
    all_ended(sees).await;
}

#[test]
fn a_sync_server() {
    run(kill(Stack::Sync));
}

#[test]
fn an_asyncio_server() {
    run(kill(Stack::Aio));
}

#[test]
fn a_server_of_blocking_callers() {
    run(async {
        kill_under_blocking_callers(Stack::Sync).await;
        kill_under_blocking_callers(Stack::Aio).await;
    });
}

/// To a server a client that is lost is one that cancels; but a handler that was reading requests is told what happened.
async fn kill_a_client(handlers: Handlers) {
    for stack in [Stack::Sync, Stack::Aio, Stack::Node] {
        let (server, mut sees) = Ours::start(handlers, None).await;
        let mut client = Peer::client(stack, server.port(), None, &cases(), true);
        for _ in CallKind::ALL {
            sees.start().await;
        }
        client.kill().await;
        for end in sees.ends(4).await {
            let kind = end.origin.and_then(|origin| origin.transport());
            match kind {
                None => assert_eq!(end.code, Code::Cancelled, "{end:?}"),
                Some(kind) => assert_eq!(kind, TransportKind::ConnectionLost, "{end:?}"),
            }
        }
        server.stop().await;
        sees.no_more().await;
    }
}

#[test]
fn a_client() {
    run(kill_a_client(Handlers::Async));
}

#[test]
fn a_client_of_blocking_handlers() {
    run(kill_a_client(Handlers::Blocking));
}
