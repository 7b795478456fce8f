//! A client that has tokens to send.

mod again;
mod refresh;
mod sources;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use interceptor_core::{
    Interceptor as _, Side,
    tonic::{Code, Status},
};
use interceptor_test::{Case, Harness, Outcome, Peer};

use super::nothing_ran;
use crate::auth::*;

/// A source: numbered tokens, or failures.
#[derive(Clone)]
struct Source(Arc<Mutex<State>>);

struct State {
    fetches: usize,
    takes: Duration,
    lives: Option<Duration>,
    failure: Option<Status>,
    same: bool,
}

impl Source {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            fetches: 0,
            takes: Duration::ZERO,
            lives: None,
            failure: None,
            same: false,
        })))
    }

    fn living(self, time: Duration) -> Self {
        self.0.lock().unwrap().lives = Some(time);
        self
    }

    fn taking(self, time: Duration) -> Self {
        self.0.lock().unwrap().takes = time;
        self
    }

    fn fails(&self, status: Option<Status>) {
        self.0.lock().unwrap().failure = status;
    }

    fn fetches(&self) -> usize {
        self.0.lock().unwrap().fetches
    }
}

impl TokenSource for Source {
    async fn token(&self) -> Result<Token, Status> {
        let (token, takes) = {
            let mut state = self.0.lock().unwrap();
            state.fetches += 1;
            let number = if state.same { 1 } else { state.fetches };
            let token = Token::new(&format!("t{number}")).map(|token| match state.lives {
                Some(time) => token.expires_in(time),
                None => token,
            });
            (state.failure.clone().map_or(token, Err), state.takes)
        };
        tokio::time::sleep(takes).await;
        token
    }
}

fn credentials(source: &Source) -> CallCredentials {
    CallCredentials::new(source.clone(), &"https://orders.example".parse().unwrap()).unwrap()
}

fn sent(outcome: &Outcome) -> Vec<&str> {
    let attempts = outcome.attempts().iter();
    attempts
        .map(|attempt| attempt.header("authorization").unwrap_or("none"))
        .collect()
}

async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn sends_one_token_with_each_call() {
    for case in Case::on(Side::Client) {
        let source = Source::new();
        let harness = Harness::new(case, credentials(&source));
        for _ in 0..3 {
            let outcome = harness.call().await;
            assert_eq!(outcome.code(), Code::Ok, "{outcome}");
            assert_eq!(sent(&outcome), ["Bearer t1"]);
            assert_eq!(outcome.messages(), case.echo(&case.requests()));
        }
        assert_eq!(source.fetches(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn the_applications_own_credentials_stay() {
    for case in Case::on(Side::Client) {
        let source = Source::new();
        let outcome = Harness::new(case, credentials(&source))
            .metadata("authorization", "Basic abc")
            .peer(Peer::reject(Code::Unauthenticated))
            .call()
            .await;
        assert_eq!(sent(&outcome), ["Basic abc"]);
        assert_eq!(source.fetches(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_over_plaintext_unless_told_so() {
    let source = Source::new();
    for uri in ["http://orders.example", "/orders", "orders.example:443"] {
        let error = CallCredentials::new(source.clone(), &uri.parse().unwrap()).unwrap_err();
        assert!(error.to_string().contains("over_plaintext"), "{error}");
    }
    for case in Case::on(Side::Client) {
        let path = format!("http://orders.example{}", case.path());
        let harness = Harness::new(case, credentials(&source)).path(&path);
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::Unauthenticated, "{outcome}");
        nothing_ran(&outcome);
        assert_eq!(source.fetches(), 0);
        let told = CallCredentials::over_plaintext(Source::new());
        let outcome = Harness::new(case, told).path(&path).call().await;
        assert_eq!(sent(&outcome), ["Bearer t1"]);
    }
    let error = credentials(&source)
        .check(&Case::methods(), Side::Server)
        .unwrap_err();
    assert!(error.to_string().contains("Authentication"), "{error}");
}
