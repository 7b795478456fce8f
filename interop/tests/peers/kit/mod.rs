//! What the interceptors of the kit that stand around a service do to clients of grpcio: who may call, what they see when it
//! fails, and the metadata that comes and goes.

mod credentials;
mod failures;
mod metadata;
mod server;
mod who;

use grpc_interceptor::Interceptor;
use serde_json::Value;

use self::server::Server;
use crate::{
    case::Case,
    outcome::check,
    process::{Peer, Stack},
    within,
};

const STACKS: [Stack; 2] = [Stack::Sync, Stack::Aio];

/// Makes these calls with both stacks of grpcio, and checks what they come to. Gives what each of the calls came to.
async fn call<C: Interceptor>(chain: impl Fn() -> C, cases: &[Case]) -> Vec<Value> {
    let mut outcomes = Vec::new();
    for stack in STACKS {
        let server = Server::start(chain(), None).await;
        let client = Peer::client(stack, server.port, None, cases, false);
        outcomes.extend(told(client, cases).await);
        server.stop().await;
    }
    outcomes
}

async fn told(mut client: Peer, cases: &[Case]) -> Vec<Value> {
    let mut outcomes = Vec::new();
    for case in cases {
        let outcome = within(client.told()).await;
        let outcome = outcome.unwrap_or_else(|| panic!("it ended before {}", case.name));
        check(case, &outcome);
        outcomes.push(outcome);
    }
    within(client.done()).await;
    outcomes
}
