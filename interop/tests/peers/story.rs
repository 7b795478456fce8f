//! The story that this began with: a server that fails twice with UNAVAILABLE, a Python client with the usual retry
//! interceptor, written once for each stack, and ours, written once; and the same with a server of ours.

use std::time::{Duration, Instant};

use grpc_interceptor::retry_on_error::{RetryOnError, WaitExponential};
use grpc_interceptor::{CallKind, tonic::Code};
use serde_json::{Value, json};

use crate::{
    case::Case,
    client::{blocking_call, blocking_channel, call, endpoint, intercepted, on_a_thread},
    process::{Peer, Stack, python},
    run,
    server::{Handlers, Ours},
    unique, within,
};

const MULTIPLIER: f64 = 0.02;
const MIN: f64 = 0.02;
const MAX: f64 = 0.05;
const STOP: u32 = 5;
/// By how much a wait may be longer on a machine that is busy.
const SLACK: f64 = 2.0;

/// Whose server fails.
enum Failing {
    Theirs(Box<Peer>),
    Ours { server: Ours, began: Instant },
}

// === impl Failing ===

impl Failing {
    async fn theirs(stack: Stack) -> (Self, u16) {
        let (peer, port) = Peer::server(stack, None).await;
        (Self::Theirs(Box::new(peer)), port)
    }

    async fn ours(handlers: Handlers) -> (Self, u16) {
        let (server, _sees) = Ours::start(handlers, None).await;
        let (port, began) = (server.port(), Instant::now());
        (Self::Ours { server, began }, port)
    }

    /// The next attempt that it sees: of which call, and when, in seconds.
    async fn attempt(&mut self) -> (String, f64) {
        match self {
            Self::Theirs(peer) => {
                let event = within(peer.event("attempt")).await;
                let key = event["key"].as_str().unwrap();
                (key.to_owned(), event["at"].as_f64().unwrap())
            }
            Self::Ours { server, began } => {
                let attempt = within(server.attempts.recv()).await.unwrap();
                let at = attempt.at.duration_since(*began);
                (attempt.key, at.as_secs_f64())
            }
        }
    }
}

/// Who calls.
#[derive(Debug, Clone, Copy)]
enum Caller {
    TheirSync,
    TheirAio,
    OurAsync,
    OurBlocking,
}

const CALLERS: [Caller; 4] = [
    Caller::TheirSync,
    Caller::TheirAio,
    Caller::OurAsync,
    Caller::OurBlocking,
];

/// Calls of all four types, and the code and the number of replies of each.
async fn outcomes(caller: Caller, port: u16, texts: &[String; 4]) -> Vec<(Value, Value)> {
    match caller {
        Caller::TheirSync => theirs("story.py", port, texts).await,
        Caller::TheirAio => theirs("story_aio.py", port, texts).await,
        Caller::OurAsync => {
            let client = intercepted(retry(), endpoint(port, None).connect_lazy());
            let mut outcomes = Vec::new();
            for case in cases(texts) {
                outcomes.push(brief(&call(client.clone(), &case).await));
            }
            outcomes
        }
        Caller::OurBlocking => {
            let cases = cases(texts);
            let calls = move || {
                let channel = blocking_channel(port, None);
                let client = channel.client(|channel| intercepted(retry(), channel));
                let outcome = |case| brief(&blocking_call(client.clone(), &case));
                cases.into_iter().map(outcome).collect()
            };
            on_a_thread(calls).await
        }
    }
}

fn retry() -> RetryOnError {
    RetryOnError::new(WaitExponential::new(MULTIPLIER, MIN, MAX).unwrap(), STOP).unwrap()
}

/// Two requests where they stream, two replies where those do.
fn cases(texts: &[String; 4]) -> [Case; 4] {
    std::array::from_fn(|index| {
        let kind = CallKind::ALL[index];
        let mut case = Case::new("story", kind, &texts[index]);
        case.requests[0].1 = 2;
        case.times = if kind.client_streaming() { 2 } else { 1 };
        case
    })
}

fn brief(outcome: &Value) -> (Value, Value) {
    (outcome["code"].clone(), outcome["count"].clone())
}

async fn theirs(script: &str, port: u16, texts: &[String; 4]) -> Vec<(Value, Value)> {
    let mut command = python(script);
    let settings = [MULTIPLIER, MIN, MAX].map(|it| it.to_string());
    command.arg(port.to_string()).args(settings);
    let mut peer = Peer::start(command.arg(STOP.to_string()).args(texts));
    let mut outcomes = Vec::new();
    for _ in texts {
        let told = peer.told().await.unwrap();
        let texts = told["texts"].as_array().unwrap().len();
        outcomes.push((told["code"].clone(), json!(texts)));
    }
    peer.done().await;
    outcomes
}

/// A server that fails so often: the same result for all, after the same attempts and the same waits.
async fn tell((mut server, port): (Failing, u16), failures: u32, code: Code) {
    let attempts = STOP.min(failures + 1);
    for caller in CALLERS {
        let key = |kind| unique(&format!("{kind}"));
        let keys = CallKind::ALL.map(key);
        let texts = keys
            .clone()
            .map(|key| format!("flaky {key} {failures} 14 -"));
        let outcomes = within(outcomes(caller, port, &texts)).await;
        for (kind, outcome) in CallKind::ALL.into_iter().zip(outcomes) {
            let replies = if kind.server_streaming() { 2 } else { 1 };
            let replies = if code == Code::Ok { replies } else { 0 };
            assert_eq!(
                outcome,
                (json!(code as i32), json!(replies)),
                "{caller:?} {kind}"
            );
        }
        for key in &keys {
            waits_are_as_they_should(&mut server, key, attempts, caller).await;
        }
    }
    // and there was no attempt beyond those
    let last = unique("last");
    let text = format!("flaky {last} 0 0 -");
    theirs("story.py", port, &[(); 4].map(|()| text.clone())).await;
    assert_eq!(server.attempt().await.0, last);
}

async fn waits_are_as_they_should(server: &mut Failing, key: &str, attempts: u32, caller: Caller) {
    let wait = WaitExponential::new(MULTIPLIER, MIN, MAX).unwrap();
    let mut before = None;
    for attempt in 0..attempts {
        let (of, at) = server.attempt().await;
        assert_eq!(of, key, "{caller:?}: attempt {attempt}");
        if let Some(before) = before.replace(at) {
            let least: Duration = wait.waiting_time(attempt - 1);
            let bounds = least.as_secs_f64()..least.as_secs_f64() + SLACK;
            assert!(
                bounds.contains(&(at - before)),
                "{caller:?} waited {}",
                at - before
            );
        }
    }
}

#[test]
fn a_sync_server_fails_twice() {
    run(async { tell(Failing::theirs(Stack::Sync).await, 2, Code::Ok).await });
}

#[test]
fn an_asyncio_server_fails_twice() {
    run(async { tell(Failing::theirs(Stack::Aio).await, 2, Code::Ok).await });
}

#[test]
fn a_server_fails_always() {
    run(async { tell(Failing::theirs(Stack::Sync).await, 99, Code::Unavailable).await });
}

#[test]
fn our_server_fails_twice() {
    run(async { tell(Failing::ours(Handlers::Async).await, 2, Code::Ok).await });
}

#[test]
fn our_server_of_blocking_handlers_fails_twice() {
    run(async { tell(Failing::ours(Handlers::Blocking).await, 2, Code::Ok).await });
}
