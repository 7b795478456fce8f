use std::{fs, path::PathBuf, sync::Arc, time::Duration};

use interceptor_core::Side;
use interceptor_test::{Case, Harness};

use super::{is_allowed, is_denied};
use crate::authz::*;

const EVERY: Duration = Duration::from_secs(10);
const ALLOWS: &str = r#"{ "name": "open", "allow_rules": [{ "name": "all" }] }"#;
const DENIES: &str = r#"{ "name": "closed", "allow_rules": [{ "name": "none", "source": { "principals": ["x"] } }] }"#;

/// A file of its own, which goes away with it.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("authz-{name}-{}.json", std::process::id());
        let file = Self(std::env::temp_dir().join(name));
        file.write(text);
        file
    }

    fn write(&self, text: &str) {
        fs::write(&self.0, text).unwrap();
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The file is looked at once more: time is paused, and goes on when the read is done.
async fn looks_again() {
    tokio::time::sleep(EVERY + EVERY / 2).await;
}

async fn allows(policy: &PolicyFile) -> bool {
    let mut verdicts = Vec::new();
    for case in Case::on(Side::Server) {
        let outcome = Harness::new(case, Authorization::new(policy.clone()))
            .call()
            .await;
        let allowed = !outcome.attempts().is_empty();
        if allowed {
            is_allowed(&outcome);
        } else {
            is_denied(&outcome);
        }
        verdicts.push(allowed);
    }
    assert!(verdicts.windows(2).all(|pair| pair[0] == pair[1]));
    verdicts[0]
}

#[tokio::test(start_paused = true)]
async fn a_valid_policy_takes_the_place_of_the_one_before() {
    let file = File::new("valid", ALLOWS);
    let policy = PolicyFile::watch(&file.0, EVERY).unwrap();
    assert!(allows(&policy).await);
    file.write(DENIES);
    looks_again().await;
    assert!(!allows(&policy).await);
    assert_eq!(policy.policy().name(), "closed");
}

#[tokio::test(start_paused = true)]
async fn a_broken_one_changes_nothing_and_the_next_valid_one_does() {
    let file = File::new("broken", ALLOWS);
    let policy = PolicyFile::watch(&file.0, EVERY).unwrap();
    for broken in ["", "{", r#"{ "name": "p", "allow_rules": [] }"#] {
        file.write(broken);
        looks_again().await;
        assert!(allows(&policy).await, "{broken}");
    }
    fs::remove_file(&file.0).unwrap();
    looks_again().await;
    assert!(allows(&policy).await);
    file.write(DENIES);
    looks_again().await;
    assert!(!allows(&policy).await);
}

/// It is code of the application, and what goes on is the watching.
#[tokio::test(start_paused = true)]
async fn a_logger_that_panics_while_it_is_made_changes_nothing() {
    let fragile = r#"{
        "name": "fragile",
        "allow_rules": [{ "name": "none", "source": { "principals": ["x"] } }],
        "audit_logging_options": { "audit_loggers": [{ "name": "fragile" }] }
    }"#;
    let file = File::new("fragile", ALLOWS);
    let loggers = AuditLoggers::new().register("fragile", |_| panic!("not today"));
    let policy = PolicyFile::watch_with(&file.0, EVERY, loggers).unwrap();
    file.write(fragile);
    looks_again().await;
    assert!(allows(&policy).await);
    file.write(DENIES);
    looks_again().await;
    assert!(!allows(&policy).await);
}

#[tokio::test(start_paused = true)]
async fn what_did_not_change_is_not_parsed_again() {
    let file = File::new("same", ALLOWS);
    let policy = PolicyFile::watch(&file.0, EVERY).unwrap();
    let first = policy.policy();
    for _ in 0..3 {
        looks_again().await;
        file.write(ALLOWS);
    }
    assert!(Arc::ptr_eq(&first, &policy.policy()));
}

#[tokio::test(start_paused = true)]
async fn mistakes_are_errors_at_once() {
    let broken = File::new("mistake", "{");
    let error = PolicyFile::watch(&broken.0, EVERY).unwrap_err().to_string();
    assert!(error.contains("not a policy"), "{error}");
    assert!(PolicyFile::watch("/no/such/file", EVERY).is_err());
    assert!(PolicyFile::watch("", EVERY).is_err());
    broken.write(ALLOWS);
    assert!(PolicyFile::watch(&broken.0, Duration::ZERO).is_err());
}

#[test]
fn without_a_runtime_it_says_so() {
    let file = File::new("no-runtime", ALLOWS);
    let error = PolicyFile::watch(&file.0, EVERY).unwrap_err().to_string();
    assert!(error.contains("tokio"), "{error}");
}
