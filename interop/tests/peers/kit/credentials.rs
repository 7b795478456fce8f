//! `auth` on a client of ours, against servers of grpcio: a token with each call, and another when it is refused.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use grpc_interceptor::{
    CallKind,
    auth::{CallCredentials, Token},
    header::Header,
    request_id::RequestIds,
    tonic::Code,
};

use super::STACKS;
use crate::{
    case::{ASCII, Case},
    certificate::Certificate,
    client::{call, endpoint, intercepted},
    outcome::check,
    process::{Peer, Stack},
    run, unique, within,
};

/// How often a server refuses a call, how often it sees it then, and what it ends with.
const PLANS: [(u32, usize, Code); 3] = [
    (0, 1, Code::Ok),
    (1, 2, Code::Ok),
    (9, 2, Code::Unauthenticated),
];

/// Over TLS: the constructor has looked at the URI.
async fn against(stack: Stack) {
    let certificate = Certificate::new();
    let (mut server, port) = Peer::server(stack, Some(&certificate)).await;
    let endpoint = endpoint(port, Some(&certificate));
    let fetched = Arc::new(AtomicUsize::new(0));
    let source = {
        let fetched = Arc::clone(&fetched);
        move || {
            let number = fetched.fetch_add(1, SeqCst) + 1;
            async move { Token::new(&format!("t{number}")) }
        }
    };
    let credentials = CallCredentials::new(source, endpoint.uri()).unwrap();
    let credentials = credentials.min_token_age(Duration::ZERO);
    let client = intercepted(credentials, endpoint.connect().await.unwrap());
    for kind in CallKind::ALL {
        for (times, seen, code) in PLANS {
            let text = format!("flaky {} {times} 16 -", unique("key"));
            let case = Case::new("refused", kind, &text).ends(code);
            let first = fetched.load(SeqCst).max(1);
            check(&case, &within(call(client.clone(), &case)).await);
            for token in first..first + seen {
                let attempt = within(server.event("attempt")).await;
                assert_eq!(attempt["token"], format!("Bearer t{token}"), "{attempt}");
            }
        }
    }
    drop(client);
}

#[test]
fn a_sync_server_refuses_a_token() {
    run(against(Stack::Sync));
}

#[test]
fn an_asyncio_server_refuses_a_token() {
    run(against(Stack::Aio));
}

/// What our interceptors put into a call arrives, and what comes back passes them.
#[test]
fn metadata_that_is_set_on_our_side() {
    run(async {
        for stack in STACKS {
            let (_server, port) = Peer::server(stack, None).await;
            let header = Header::new()
                .set("x-ascii", ASCII)
                .and_then(|it| it.set_bin("x-raw-bin", &[0, 255]));
            let chain = (RequestIds::new(), header.unwrap());
            let client = intercepted(chain, endpoint(port, None).connect_lazy());
            for kind in CallKind::ALL {
                let case = Case::new("set", kind, "a")
                    .expects("told", ASCII)
                    .expects("end", ASCII)
                    .expects("told_raw", "00ff");
                check(&case, &within(call(client.clone(), &case)).await);
            }
        }
    });
}
