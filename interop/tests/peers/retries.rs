//! One service config, in JSON, for grpcio's own retries, for those of gRPC for Node, and for ours: each server sees the
//! same attempts, also where it pushes back.

use grpc_interceptor::compose::service_config::{Configured, ServiceConfig};
use grpc_interceptor::{CallKind, tonic::Code};

use crate::{
    case::Case,
    client::{call, endpoint, intercepted},
    outcome::check,
    process::{Peer, Stack},
    run,
    server::{Handlers, Ours},
    unique, within,
};

const CONFIG: &str = r#"{ "methodConfig": [{
    "name": [{ "service": "echo.v1.Echo" }],
    "retryPolicy": {
        "maxAttempts": 4,
        "initialBackoff": "0.01s",
        "maxBackoff": "0.02s",
        "backoffMultiplier": 2,
        "retryableStatusCodes": ["UNAVAILABLE"]
    }
}] }"#;

/// The number of failures, their code, what is pushed back; the attempts that this comes to, and the code.
type Plan = (&'static str, usize, Code);

const PLANS: &[Plan] = &[
    ("0 14 -", 1, Code::Ok),
    ("2 14 -", 3, Code::Ok),
    ("99 14 -", 4, Code::Unavailable),
    ("99 13 -", 1, Code::Internal),
    ("2 14 15", 3, Code::Ok),
    ("99 14 -1", 1, Code::Unavailable),
];

/// A call, and how many attempts the server is to see.
type Planned = (Case, String, usize);

fn planned(plans: &[Plan], kinds: &[CallKind]) -> Vec<Planned> {
    let plan = |kind: CallKind, (words, attempts, code): Plan| {
        let key = unique("key");
        let case = Case::new("retry", kind, &format!("flaky {key} {words}")).ends(code);
        (case, key, attempts)
    };
    let plans = |kind: &CallKind| {
        plans
            .iter()
            .map(move |it| plan(*kind, *it))
            .collect::<Vec<_>>()
    };
    let mut all: Vec<_> = kinds.iter().flat_map(plans).collect();
    // behind its attempt there can be no more of the others
    let last = ("0 14 -", 1, Code::Ok);
    all.push(plan(CallKind::UnaryUnary, last));
    all
}

/// Makes the calls with a client: theirs, or ours if there is no stack.
async fn make(caller: Option<Stack>, port: u16, config: &str, planned: &[Planned]) {
    let cases: Vec<_> = planned.iter().map(|(case, ..)| case.clone()).collect();
    let Some(stack) = caller else {
        let configured = Configured::new(ServiceConfig::from_json(config).unwrap());
        let client = intercepted(configured, endpoint(port, None).connect_lazy());
        for case in &cases {
            check(case, &within(call(client.clone(), case)).await);
        }
        return;
    };
    let mut client = Peer::retrying(stack, port, config, &cases);
    for case in &cases {
        check(case, &within(client.told()).await.unwrap());
    }
    within(client.done()).await;
}

/// Of which call, and its `grpc-previous-rpc-attempts`.
type Attempted = (String, Option<String>);

fn expected(planned: &[Planned]) -> Vec<Attempted> {
    let attempts = planned.iter().flat_map(|(_, key, attempts)| {
        (0..*attempts).map(|attempt| (key.clone(), (attempt > 0).then(|| attempt.to_string())))
    });
    attempts.collect()
}

const CALLERS: &[Option<Stack>] = &[None, Some(Stack::Sync), Some(Stack::Aio), Some(Stack::Node)];

async fn against_theirs(callers: &[Option<Stack>], server: Stack, config: &str, plans: &[Plan]) {
    for &caller in callers {
        let (mut server, port) = Peer::server(server, None).await;
        let planned = planned(plans, &CallKind::ALL[..kinds(plans)]);
        make(caller, port, config, &planned).await;
        let mut seen = Vec::new();
        for _ in expected(&planned) {
            let event = within(server.event("attempt")).await;
            let word = |key: &str| event[key].as_str().map(str::to_owned);
            seen.push((word("key").unwrap(), word("previous")));
        }
        assert_eq!(seen, expected(&planned), "{caller:?}");
    }
}

async fn against_ours(callers: &[Option<Stack>], config: &str, plans: &[Plan]) {
    for &caller in callers {
        let (mut server, _sees) = Ours::start(Handlers::Async, None).await;
        let planned = planned(plans, &CallKind::ALL[..kinds(plans)]);
        make(caller, server.port(), config, &planned).await;
        let mut seen = Vec::new();
        for _ in expected(&planned) {
            let attempt = within(server.attempts.recv()).await.unwrap();
            seen.push((attempt.key, attempt.previous));
        }
        assert_eq!(seen, expected(&planned), "{caller:?}");
        server.stop().await;
    }
}

/// Tokens are of a channel, so calls of several types would share them.
fn kinds(plans: &[Plan]) -> usize {
    if plans == THROTTLED { 1 } else { 4 }
}

#[test]
fn a_sync_server_pushes_back() {
    run(against_theirs(CALLERS, Stack::Sync, CONFIG, PLANS));
}

#[test]
fn an_asyncio_server_pushes_back() {
    run(against_theirs(CALLERS, Stack::Aio, CONFIG, PLANS));
}

#[test]
fn our_server_pushes_back() {
    run(against_ours(CALLERS, CONFIG, PLANS));
}

/// A pushback of nothing is a retry at once. A call of grpcio 1.85.1 then waits for its deadline, so it is not asked.
#[test]
fn a_server_pushes_back_by_nothing() {
    run(async {
        let callers = [None, Some(Stack::Node)];
        let plans = [("2 14 0", 3, Code::Ok)];
        against_theirs(&callers, Stack::Sync, CONFIG, &plans).await;
        against_ours(&callers, CONFIG, &plans).await;
    });
}

/// One that is no number forbids retries (A6). When it comes so from a server, as it does from ours, that is so with our
/// client alone: grpcio 1.85.1 ends the call with INTERNAL, and grpc-js 1.14.7 goes on as if there were none.
#[test]
fn a_server_pushes_back_by_no_number() {
    run(async {
        let plans = [("99 14 soon", 1, Code::Unavailable)];
        against_theirs(CALLERS, Stack::Aio, CONFIG, &plans).await;
        against_ours(&[None], CONFIG, &plans).await;
    });
}

/// Of 3 tokens each failure takes one, and while no more than 1.5 are left nothing is retried.
const THROTTLED: &[Plan] = &[
    ("99 14 -", 2, Code::Unavailable),
    ("99 14 -", 1, Code::Unavailable),
    ("99 14 -", 1, Code::Unavailable),
];

fn throttled() -> String {
    let throttling = r#", "retryThrottling": { "maxTokens": 3, "tokenRatio": 0.1 } }"#;
    CONFIG.trim_end_matches('}').trim_end().to_owned() + throttling
}

#[test]
fn all_stop_when_their_tokens_are_spent() {
    run(async {
        against_theirs(CALLERS, Stack::Sync, &throttled(), THROTTLED).await;
        against_ours(CALLERS, &throttled(), THROTTLED).await;
    });
}
