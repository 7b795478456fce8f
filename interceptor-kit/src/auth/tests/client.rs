use std::{
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use interceptor_core::{
    Interceptor as _, Side,
    tonic::{Code, Status},
};
use interceptor_test::{Case, Ending, Harness, Outcome, Peer};
use tokio::time::{Instant, advance};

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
async fn all_who_wait_share_one_fetch() {
    for case in Case::on(Side::Client) {
        let source = Source::new().taking(Duration::from_secs(2));
        let harness = Harness::new(case, credentials(&source));
        let outcomes = futures_util::future::join_all((0..10).map(|_| harness.call())).await;
        assert!(
            outcomes
                .iter()
                .all(|outcome| sent(outcome) == ["Bearer t1"])
        );
        assert_eq!(source.fetches(), 1);

        source.fails(Some(Status::unavailable("down")));
    }
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_share_one_failure() {
    for case in Case::on(Side::Client) {
        let source = Source::new().taking(Duration::from_secs(2));
        source.fails(Some(Status::unavailable("down")));
        let harness = Harness::new(case, credentials(&source));
        let outcomes = futures_util::future::join_all((0..10).map(|_| harness.call())).await;
        for outcome in outcomes {
            assert_eq!(outcome.code(), Code::Unavailable);
            nothing_ran(&outcome);
        }
        assert_eq!(source.fetches(), 1);
    }
}

/// The clock that is paused is not that of `exp`: so a token's time is taken when it comes.
#[tokio::test(start_paused = true)]
async fn a_token_is_replaced_before_it_ends_and_nobody_waits() {
    for case in Case::on(Side::Client) {
        let source = Source::new().living(Duration::from_secs(600));
        let harness = Harness::new(case, credentials(&source));
        assert_eq!(sent(&harness.call().await), ["Bearer t1"]);
        advance(Duration::from_secs(500)).await; // 30 s of margin and 60 s of window: 510
        assert_eq!(sent(&harness.call().await), ["Bearer t1"]);
        settle().await;
        assert_eq!(source.fetches(), 1);

        advance(Duration::from_secs(15)).await;
        let before = Instant::now();
        assert_eq!(
            sent(&harness.call().await),
            ["Bearer t1"],
            "in the background"
        );
        assert_eq!(before.elapsed(), Duration::ZERO);
        settle().await;
        assert_eq!(source.fetches(), 2);
        assert_eq!(sent(&harness.call().await), ["Bearer t2"]);
    }
}

#[tokio::test(start_paused = true)]
async fn thirty_seconds_before_its_end_a_token_is_over() {
    for case in Case::on(Side::Client) {
        let source = Source::new().living(Duration::from_secs(600));
        let harness = Harness::new(case, credentials(&source));
        harness.call().await;
        advance(Duration::from_secs(571)).await;
        let outcome = harness.call().await;
        assert_eq!(sent(&outcome), ["Bearer t2"], "it waited for it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_refresh_leaves_the_token_that_is_still_good() {
    for case in Case::on(Side::Client) {
        let source = Source::new().living(Duration::from_secs(600));
        let harness = Harness::new(case, credentials(&source));
        harness.call().await;
        source.fails(Some(Status::unavailable("down")));
        advance(Duration::from_secs(520)).await;
        for _ in 0..3 {
            assert_eq!(sent(&harness.call().await), ["Bearer t1"]);
            settle().await;
        }
        assert_eq!(source.fetches(), 2, "the rest is in the backoff");
        advance(Duration::from_secs(60)).await;
        assert_eq!(harness.call().await.code(), Code::Unavailable);
    }
}

/// 1 s, ×1.6, ±20 %; no attempt without a call; a success ends it.
#[tokio::test(start_paused = true)]
async fn after_a_failure_calls_fail_at_once_until_the_backoff_is_over() {
    for case in Case::on(Side::Client) {
        let source = Source::new();
        source.fails(Some(Status::unauthenticated("no account")));
        let harness = Harness::new(case, credentials(&source));
        for (fetches, wait) in [(1, 1_000), (2, 1_600), (3, 2_560)] {
            let failed = harness.call().await;
            assert_eq!(failed.code(), Code::Unauthenticated);
            assert_eq!(failed.status().message(), "no account");
            assert_eq!(source.fetches(), fetches);
            advance(Duration::from_millis(wait * 79 / 100)).await;
            let again = harness.call().await;
            assert_eq!(again.status().message(), "no account", "the last status");
            assert_eq!(source.fetches(), fetches, "too early");
            advance(Duration::from_millis(wait * 42 / 100)).await;
        }
        assert_eq!(source.fetches(), 3, "none without a call");
        source.fails(None);
        assert_eq!(harness.call().await.code(), Code::Ok);
        assert_eq!(source.fetches(), 4);
    }
}

/// gRFC A54.
#[tokio::test(start_paused = true)]
async fn a_code_of_a_servers_answer_is_a_bug_of_the_source() {
    let bugs = [
        Code::Ok,
        Code::InvalidArgument,
        Code::NotFound,
        Code::AlreadyExists,
        Code::FailedPrecondition,
        Code::Aborted,
        Code::OutOfRange,
        Code::DataLoss,
    ];
    for case in Case::on(Side::Client) {
        for code in (0..=16).map(Code::from) {
            let source = Source::new();
            source.fails(Some(Status::new(code, "the text")));
            let outcome = Harness::new(case, credentials(&source)).call().await;
            let expected = if bugs.contains(&code) {
                Code::Internal
            } else {
                code
            };
            assert_eq!(outcome.code(), expected, "{outcome}");
            assert!(outcome.status().message().contains("the text"));
            nothing_ran(&outcome);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_and_the_call_made_once_more() {
    for case in Case::on(Side::Client) {
        let source = Source::new();
        let peer = Peer::sequence([
            Peer::echo(),
            Peer::reject(Code::Unauthenticated),
            Peer::echo(),
            Peer::echo(),
        ]);
        let harness = Harness::new(case, credentials(&source)).peer(peer);
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(sent(&outcome), ["Bearer t1", "Bearer t2"]);
        let second = &outcome.attempts()[1];
        assert_eq!(
            second.messages(),
            case.requests(),
            "all of the request again"
        );
        assert_eq!(sent(&harness.call().await), ["Bearer t2"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_is_made_once_more_and_no_more() {
    for case in Case::on(Side::Client) {
        let source = Source::new();
        let harness =
            Harness::new(case, credentials(&source)).peer(Peer::reject(Code::Unauthenticated));
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::Unauthenticated);
        assert_eq!(sent(&outcome), ["Bearer t1", "Bearer t2"]);
        for _ in 0..5 {
            assert_eq!(sent(&harness.call().await), ["Bearer t2"]);
        }
        assert_eq!(
            source.fetches(),
            2,
            "a server that refuses all must not make each call fetch"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_is_not_made_again_for_nothing() {
    for case in Case::on(Side::Client) {
        let refuse = || Peer::reject(Code::Unauthenticated);
        // the same token again
        let source = Source::new();
        source.0.lock().unwrap().same = true;
        let harness = Harness::new(case, credentials(&source)).peer(refuse());
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        assert_eq!(harness.call().await.attempts().len(), 1);
        // another code
        let source = Source::new();
        let harness =
            Harness::new(case, credentials(&source)).peer(Peer::reject(Code::PermissionDenied));
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        assert_eq!(harness.call().await.attempts().len(), 1);
        // switched off
        let source = Source::new();
        let harness = Harness::new(case, credentials(&source).resends(false)).peer(refuse());
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        assert_eq!(harness.call().await.attempts().len(), 1);
        // larger than what is kept
        let source = Source::new();
        let small = credentials(&source).max_buffered_bytes(4);
        let harness = Harness::new(case, small).peer(Peer::sequence([
            Peer::echo(),
            Peer::fail_after(0, Code::Unauthenticated),
        ]));
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::Unauthenticated, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_token_ends_with_the_deadline() {
    for case in Case::on(Side::Client) {
        let source = Source::new().taking(Duration::from_secs(100));
        let outcome = Harness::new(case, credentials(&source))
            .deadline(Duration::from_secs(3))
            .call()
            .await;
        assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
        assert_eq!(outcome.elapsed().as_secs(), 3);
        nothing_ran(&outcome);
    }
}

/// Who waits may go away: the fetch goes on, for the next one.
#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_does_not_stop_the_fetch() {
    for case in Case::on(Side::Client) {
        let source = Source::new().taking(Duration::from_secs(2));
        let harness = Harness::new(case, credentials(&source)).patience(Duration::from_secs(1));
        assert_eq!(harness.call().await.ending(), Ending::Hung);
        advance(Duration::from_secs(2)).await;
        settle().await;
        assert_eq!(sent(&harness.call().await), ["Bearer t1"]);
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

fn unsigned(payload: &str) -> String {
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
}

/// gRFC A97's file.
#[tokio::test]
async fn a_file_is_read_and_its_failures_have_their_codes() {
    let path = std::env::temp_dir().join(format!("token-{}", std::process::id()));
    let file = TokenFile::new(&path);
    assert_eq!(
        file.token().await.unwrap_err().code(),
        Code::Unavailable,
        "no file"
    );
    for bad in [
        "",
        "x.y.z",
        &unsigned("{}"),
        &unsigned(r#"{"exp":"soon"}"#),
        &unsigned(r#"{"exp":-1}"#),
    ] {
        std::fs::write(&path, bad).unwrap();
        let code = file.token().await.unwrap_err().code();
        assert_eq!(code, Code::Unauthenticated, "{bad}");
    }
    let soon = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        + 100;
    std::fs::write(&path, unsigned(&format!(r#"{{"exp":{soon}}}"#)) + "\n").unwrap();
    let expected = UNIX_EPOCH + Duration::from_secs(soon);
    assert_eq!(
        file.token().await.unwrap(),
        Token::jwt(&unsigned(&format!(r#"{{"exp":{soon}}}"#)))
            .unwrap()
            .expires_at(expected)
    );
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_failed_fetch_over_http_has_its_code() {
    use http::StatusCode;
    assert_eq!(http_failure(None).code(), Code::Unavailable);
    for (status, code) in [
        (400, Code::Unauthenticated),
        (401, Code::Unauthenticated),
        (403, Code::Unauthenticated),
        (404, Code::Unauthenticated),
        (429, Code::Unavailable),
        (500, Code::Unauthenticated),
        (502, Code::Unavailable),
        (503, Code::Unavailable),
        (504, Code::Unavailable),
    ] {
        assert_eq!(
            http_failure(StatusCode::from_u16(status).ok()).code(),
            code,
            "{status}"
        );
    }
}
