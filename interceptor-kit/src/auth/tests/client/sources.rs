//! What sources fail with, and the file.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use interceptor_core::{
    Side,
    tonic::{Code, Status},
};
use interceptor_test::{Case, Harness};

use super::*;

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
