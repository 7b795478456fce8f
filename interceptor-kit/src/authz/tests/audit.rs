use std::{
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use interceptor_core::Side;
use interceptor_test::{Case, Harness};

use super::{Told, call, certificate, is_allowed, is_denied};
use crate::authz::*;

fn policy(condition: &str, told: &Told) -> Policy {
    let told = told.clone();
    let loggers = AuditLoggers::new().register("told", move |_| Ok(Arc::new(told.clone())));
    let text = format!(
        r#"{{
            "name": "authz",
            "deny_rules": [{{ "name": "deny_x", "request": {{ "headers": [{{ "key": "x", "values": ["*"] }}] }} }}],
            "allow_rules": [{{ "name": "allow_y", "request": {{ "headers": [{{ "key": "y", "values": ["*"] }}] }} }}],
            "audit_logging_options": {{ "audit_condition": "{condition}", "audit_loggers": [{{ "name": "told" }}] }}
        }}"#
    );
    Policy::from_json_with(&text, &loggers).unwrap()
}

/// One event for each call at most: a denial by a rule, one without, and an allowance.
#[tokio::test(start_paused = true)]
async fn each_condition_logs_what_it_says() {
    for case in Case::on(Side::Server) {
        let path = case.path();
        let denied = [
            format!(r#"{path} "spiffe://a" authz "authz_deny_x" false"#),
            format!(r#"{path} "" authz "" false"#),
        ];
        let allowed = format!(r#"{path} "" authz "authz_allow_y" true"#);
        for (condition, denies, allows) in [
            ("NONE", false, false),
            ("ON_DENY", true, false),
            ("ON_ALLOW", false, true),
            ("ON_DENY_AND_ALLOW", true, true),
        ] {
            let told = Told::default();
            let policy = policy(condition, &told);
            let known = certificate(&["spiffe://a"], &[]);
            is_denied(
                &call(case, &policy, |harness| {
                    harness.metadata("x", "1").extension(known)
                })
                .await,
            );
            is_denied(&call(case, &policy, |harness| harness).await);
            is_allowed(&call(case, &policy, |harness| harness.metadata("y", "1")).await);
            let denied = denied.iter().filter(|_| denies);
            let expected: Vec<String> = denied.chain(allows.then_some(&allowed)).cloned().collect();
            assert_eq!(told.take(), expected, "{condition}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_logger_that_panics_changes_nothing() {
    struct Panics;
    impl AuditLogger for Panics {
        fn log(&self, _: &AuditEvent<'_>) {
            panic!("the log is full")
        }
    }
    for case in Case::on(Side::Server) {
        let rules = Rules::<()>::new("p")
            .allow_anyone("all", "/interceptor.test.Test/*")
            .unwrap();
        let rules = rules.audit(AuditCondition::OnDenyAndAllow, Panics);
        is_allowed(&Harness::new(case, Authorization::new(rules)).call().await);
    }
}

#[test]
fn the_line_of_the_stdout_logger_is_that_of_the_proposal() {
    let event = AuditEvent {
        rpc_method: "/shop.v1.Orders/Create",
        principal: "spiffe://a",
        policy_name: "authz",
        matched_rule: "authz_\"x\"",
        authorized: true,
    };
    let at = UNIX_EPOCH + Duration::new(1_700_000_000, 5);
    let line: serde_json::Value = serde_json::from_str(&StdoutLogger::line(&event, at)).unwrap();
    let expected = serde_json::json!({ "grpc_audit_log": {
        "timestamp": "2023-11-14T22:13:20.000000005Z",
        "rpc_method": "/shop.v1.Orders/Create",
        "principal": "spiffe://a",
        "policy_name": "authz",
        "matched_rule": "authz_\"x\"",
        "authorized": true,
    }});
    assert_eq!(line, expected);
    assert!(!StdoutLogger::line(&event, at).contains('\n'));
}
