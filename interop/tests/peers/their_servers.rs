//! Our clients, async and blocking, against their servers: what each sees of each call, and that our chain sees it end once.

use grpc_interceptor::{deadline::Deadline, tonic::Code};
use serde_json::Value;

use crate::{
    case::{self, Case},
    certificate::Certificate,
    client::{blocking_call, blocking_channel, call, endpoint, intercepted, on_a_thread},
    outcome::check,
    process::{Peer, Stack},
    run,
    watch::{Sees, watch},
    within,
};

async fn agree(stack: Stack, is_plain: bool) {
    let certificate = (!is_plain).then(Certificate::new);
    let mut cases = case::table();
    if is_plain {
        cases.extend(case::many_messages());
    }
    let (mut server, port) = Peer::server(stack, certificate.as_ref()).await;

    let (watch, mut sees) = watch();
    let channel = endpoint(port, certificate.as_ref())
        .connect()
        .await
        .unwrap();
    let client = intercepted((watch, Deadline::new()), channel);
    for case in &cases {
        let outcome = within(call(client.clone(), case)).await;
        has_ended(case, &outcome, &mut sees, &mut server).await;
    }
    drop(client);
    sees.no_more().await;

    agree_blocking(&mut server, port, certificate, &cases).await;
}

async fn agree_blocking(
    server: &mut Peer,
    port: u16,
    certificate: Option<Certificate>,
    cases: &[Case],
) {
    let (watch, mut sees) = watch();
    let client = on_a_thread(move || {
        let channel = blocking_channel(port, certificate.as_ref());
        channel.client(|channel| intercepted((watch, Deadline::new()), channel))
    });
    let client = within(client).await;
    for case in cases {
        let (client, of) = (client.clone(), case.clone());
        let outcome = within(on_a_thread(move || blocking_call(client, &of))).await;
        has_ended(case, &outcome, &mut sees, server).await;
    }
    drop(client);
    sees.no_more().await;
}

/// What the client saw, what its chain saw, and if the call was left, that the server knows it.
async fn has_ended(case: &Case, outcome: &Value, sees: &mut Sees, server: &mut Peer) {
    check(case, outcome);
    let end = sees.end().await;
    assert_eq!((&end.case, end.code), (&case.name, case.code), "{end:?}");
    if case.gzip {
        assert_eq!(end.compressed, (true, true), "{end:?}");
    }
    if case.cancel_after.is_some() {
        within(server.cancelled(case)).await;
    }
}

#[test]
fn sync_python() {
    run(agree(Stack::Sync, true));
}

#[test]
fn sync_python_over_tls() {
    run(agree(Stack::Sync, false));
}

#[test]
fn asyncio_python() {
    run(agree(Stack::Aio, true));
}

#[test]
fn asyncio_python_over_tls() {
    run(agree(Stack::Aio, false));
}

/// A caller that goes away while it waits for its one reply.
#[test]
fn cancel_a_unary_response() {
    run(async {
        for stack in [Stack::Sync, Stack::Aio] {
            let (mut server, port) = Peer::server(stack, None).await;
            let (watch, mut sees) = watch();
            let client = intercepted(
                (watch, Deadline::new()),
                endpoint(port, None).connect_lazy(),
            );
            for kind in grpc_interceptor::CallKind::ALL {
                let case = case::cancelled(kind, 0);
                let (calls, of) = (client.clone(), case.clone());
                let call = tokio::spawn(async move { call(calls, &of).await });
                within(server.event("hangs")).await;
                call.abort();
                assert_eq!(sees.end().await.code, Code::Cancelled);
                within(server.cancelled(&case)).await;
            }
            drop(client);
            sees.no_more().await;
        }
    });
}
