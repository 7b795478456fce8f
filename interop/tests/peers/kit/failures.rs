//! `error` and `recovery`: what clients of grpcio see when a call fails, and what they do not.

use std::collections::HashMap;

use grpc_interceptor::{
    error::{ERROR_ID, MapStatus, Redact, TypedError},
    prelude::*,
    recovery::Recovery,
};
use serde_json::Value;

use super::call;
use crate::{case::Case, case::hex, run};

/// These in all call types.
fn all(what: &str, text: &str, code: Code) -> Vec<Case> {
    let cases = CallKind::ALL.map(|kind| Case::new(what, kind, text).ends(code));
    cases.to_vec()
}

/// Those of them that stream, behind their first reply.
fn late(what: &str, text: &str, code: Code) -> Vec<Case> {
    let mut cases = all(what, text, code);
    cases.retain(|case| case.kind.server_streaming());
    cases
        .into_iter()
        .map(|case| case.expects("count", 1))
        .collect()
}

fn expecting(cases: Vec<Case>, message: &str, details: Option<&str>) -> Vec<Case> {
    let expect = |case: Case| {
        let details = details.map_or(Value::Null, Into::into);
        case.expects("message", message).expects("details", details)
    };
    cases.into_iter().map(expect).collect()
}

/// Of what went wrong inside they get an id, and nothing else; of the rest everything.
#[test]
fn what_is_redacted() {
    run(async {
        let details = hex(b"row 12");
        let sees = |case: Case| Case {
            sees: &[ERROR_ID],
            ..case
        };
        let redacted = [
            all("internal", "code 13", Code::Internal),
            late("internal, late", "late 13", Code::Internal),
            all("unknown", "code 2", Code::Unknown),
        ];
        let redacted: Vec<_> = redacted.concat().into_iter().map(sees).collect();
        let told = [
            all("not found", "code 5", Code::NotFound),
            late("aborted, late", "late 10", Code::Aborted),
        ];
        let mut cases = redacted.clone();
        cases.extend(expecting(told.concat(), "db-7 is down", Some(&details)));

        for outcome in call(Redact::new, &cases).await {
            let id = &outcome["sees"][ERROR_ID];
            let is_redacted = redacted.iter().any(|case| outcome["name"] == *case.name);
            if is_redacted {
                let expected = format!("internal error ({})", id.as_str().unwrap());
                assert_eq!(outcome["message"], expected);
                assert_eq!(outcome["details"], Value::Null);
            }
        }
    });
}

/// A code becomes another wherever it stands.
#[test]
fn what_is_mapped() {
    run(async {
        let details = hex(b"row 12");
        let cases = [
            all("at once", "code 5", Code::PermissionDenied),
            late("late", "late 5", Code::PermissionDenied),
            all("another", "code 10", Code::Aborted),
        ];
        let cases = expecting(cases.concat(), "db-7 is down", Some(&details));
        let chain = || MapStatus::new().code(Code::NotFound, Code::PermissionDenied);
        call(chain, &cases).await;
    });
}

/// An error of an application.
#[derive(Debug, PartialEq)]
struct SoldOut {
    item: String,
}

impl TypedError for SoldOut {
    const DOMAIN: &str = "orders.example.com";

    fn code(&self) -> Code {
        Code::FailedPrecondition
    }

    fn reason(&self) -> &'static str {
        "SOLD_OUT"
    }

    fn metadata(&self) -> HashMap<String, String> {
        [("item".to_owned(), self.item.clone())].into()
    }

    fn message(&self) -> String {
        format!("{} is sold out", self.item)
    }

    fn from_reason(reason: &str, metadata: &HashMap<String, String>) -> Option<Self> {
        let item = metadata.get("item")?.clone();
        (reason == "SOLD_OUT").then_some(Self { item })
    }
}

/// Ends each call so, whatever it comes to.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Sells;

impl Sells {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        drop(next.run(call).await);
        let item = "tea".to_owned();
        Err(SoldOut { item }.to_status())
    }
}

/// A typed error reaches them whole: its bytes are the error.
#[test]
fn typed_errors() {
    run(async {
        let cases = all("sold out", "", Code::FailedPrecondition);
        for outcome in call(|| Sells, &cases).await {
            assert_eq!(outcome["message"], "tea is sold out");
            let details = outcome["details"].as_str().unwrap();
            let status = Status::with_details(
                Code::FailedPrecondition,
                "tea is sold out",
                bytes_of(details).into(),
            );
            let item = "tea".to_owned();
            assert_eq!(SoldOut::from_status(&status), Some(SoldOut { item }));
        }
    });
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digits = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(digits).collect()
}

/// Panics, on its way in or on its way out.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Panics;

impl Panics {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let is_late = call.metadata().contains_key("x-late");
        assert!(is_late, "a secret of the interceptor's");
        drop(next.run(call).await);
        panic!("another secret")
    }
}

/// A panic of an interceptor below is INTERNAL, and the connection serves the next call.
#[test]
fn an_interceptor_that_panics() {
    run(async {
        let cases = [
            all("on its way in", "", Code::Internal),
            all("on its way out", "", Code::Internal)
                .into_iter()
                .map(|case| case.with("x-late", "1"))
                .collect(),
        ];
        let cases = expecting(cases.concat(), "internal error", None);
        call(|| (Recovery::new(), Panics), &cases).await;
    });
}
