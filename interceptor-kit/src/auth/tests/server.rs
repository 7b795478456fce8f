use base64::{Engine as _, engine::general_purpose::STANDARD};
use interceptor_core::{Interceptor as _, Side, tonic::Code};
use interceptor_test::{Case, Harness, ScriptedBody};

use super::nothing_ran;
use crate::auth::*;

#[derive(Debug, Clone, PartialEq)]
struct User(&'static str);

fn tokens() -> Authentication<BearerTokens<User>> {
    let tokens = BearerTokens::new()
        .token("alice-s3cret", User("alice"))
        .and_then(|tokens| tokens.token("bob-s3cret", User("bob")));
    Authentication::new(tokens.unwrap())
}

fn basic() -> Authentication<Basic<User>> {
    Authentication::new(
        Basic::new()
            .user("alice", "pass:word", User("alice"))
            .unwrap(),
    )
}

fn encoded(secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(secret))
}

#[tokio::test(start_paused = true)]
async fn a_known_token_passes_with_its_claims() {
    for case in Case::on(Side::Server) {
        for (token, user) in [("alice-s3cret", "alice"), ("bob-s3cret", "bob")] {
            for scheme in ["Bearer", "bearer", "BEARER"] {
                let outcome = Harness::new(case, tokens())
                    .metadata("authorization", &format!("{scheme} {token}"))
                    .call()
                    .await;
                assert_eq!(outcome.code(), Code::Ok, "{outcome}");
                let claims = outcome.attempts()[0].extensions().get::<User>();
                assert_eq!(claims.map(|user| user.0), Some(user));
            }
        }
    }
}

/// The status is the same whatever was wrong, and nothing below ran.
#[tokio::test(start_paused = true)]
async fn all_else_is_unauthenticated_without_a_hint() {
    let wrong: [&[&str]; 9] = [
        &[],
        &[""],
        &["Bearer"],
        &["Bearer "],
        &["Bearer alice-s3crer"],
        &["Bearer alice-s3cret0"],
        &["Basic alice-s3cret"],
        &["alice-s3cret"],
        &["Bearer alice-s3cret", "Bearer bob-s3cret"],
    ];
    for case in Case::on(Side::Server) {
        for values in wrong {
            let harness = Harness::new(case, tokens());
            let harness = values.iter().fold(harness, |harness, value| {
                harness.metadata("authorization", value)
            });
            let outcome = harness.call().await;
            assert_eq!(
                outcome.code(),
                Code::Unauthenticated,
                "{values:?} {outcome}"
            );
            assert_eq!(outcome.status().message(), "unauthenticated");
            assert!(outcome.is_trailers_only(), "{outcome}");
            nothing_ran(&outcome);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn basic_knows_name_and_password() {
    for case in Case::on(Side::Server) {
        let call = async |value: String| {
            let harness = Harness::new(case, basic()).metadata("authorization", &value);
            harness.call().await
        };
        let outcome = call(encoded("alice:pass:word")).await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        for wrong in ["alice:pass", "alice:", "bob:pass:word", "", "alice"] {
            let outcome = call(encoded(wrong)).await;
            assert_eq!(outcome.code(), Code::Unauthenticated, "{wrong} {outcome}");
            nothing_ran(&outcome);
        }
        let outcome = call("Basic not*base64".into()).await;
        assert_eq!(outcome.code(), Code::Unauthenticated, "{outcome}");
    }
}

/// An unauthenticated peer costs no read.
#[tokio::test(start_paused = true)]
async fn it_runs_before_the_request_body_is_read() {
    for case in Case::on(Side::Server) {
        let body = ScriptedBody::new().messages(["one"]);
        let probe = body.probe();
        let outcome = Harness::new(case, tokens()).request_body(body).call().await;
        assert_eq!(outcome.code(), Code::Unauthenticated);
        assert_eq!(probe.polls(), 0, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_decided_is_unavailable() {
    struct Down;
    impl Authenticate for Down {
        type Claims = User;
        async fn authenticate(&self, _: &Caller<'_>) -> Result<User, AuthError> {
            Err(AuthError::unavailable(
                "the directory at 10.0.0.7 does not answer",
            ))
        }
    }
    for case in Case::on(Side::Server) {
        let outcome = Harness::new(case, Authentication::new(Down)).call().await;
        assert_eq!(outcome.code(), Code::Unavailable);
        assert_eq!(
            outcome.status().message(),
            "authentication is not available"
        );
        nothing_ran(&outcome);
    }
}

#[tokio::test(start_paused = true)]
async fn it_sees_metadata_peer_and_method() {
    struct Asks;
    impl Authenticate for Asks {
        type Claims = String;
        async fn authenticate(&self, caller: &Caller<'_>) -> Result<String, AuthError> {
            let user = caller.metadata().get("x-user").unwrap().to_str().unwrap();
            let peer = caller.peer();
            Ok(format!("{user} {peer:?} {}", caller.method()))
        }
    }
    for case in Case::on(Side::Server) {
        let peer = interceptor_core::tonic::transport::server::TcpConnectInfo {
            local_addr: None,
            remote_addr: Some(([10, 0, 0, 1], 80).into()),
        };
        let outcome = Harness::new(case, Authentication::new(Asks))
            .metadata("x-user", "eve")
            .extension(peer)
            .call()
            .await;
        let said = outcome.attempts()[0].extensions().get::<String>();
        let expected = format!("eve Some(10.0.0.1:80) {}", case.path());
        assert_eq!(said, Some(&expected));
    }
}

#[test]
fn mistakes_are_named() {
    let methods = Case::methods();
    let error = tokens()
        .check(&methods, Side::Client)
        .unwrap_err()
        .to_string();
    assert!(error.contains("CallCredentials"), "{error}");
    let typo = tokens().except("/interceptor.test.Tset/*").unwrap();
    let error = typo.check(&methods, Side::Server).unwrap_err().to_string();
    assert!(error.contains("interceptor.test.Tset"), "{error}");
    assert!(tokens().except("*").is_err());
    for bad in ["", "two words", "ü"] {
        assert!(BearerTokens::new().token(bad, User("x")).is_err(), "{bad}");
    }
    assert!(Basic::new().user("a:b", "c", User("x")).is_err());
    assert!(Basic::new().user("a", "", User("x")).is_err());
}

#[test]
fn debug_output_has_no_secrets() {
    let text = format!("{:?} {:?}", tokens(), basic());
    let token = Token::new("s3cret").unwrap();
    let text = format!(
        "{text} {token:?} {:?}",
        CallCredentials::over_plaintext(|| async { Token::new("s3cret") })
    );
    assert!(!text.contains("s3cret") && !text.contains("pass"), "{text}");
}
