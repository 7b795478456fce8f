use crate::authz::{AuditLoggers, Policy};

const RULE: &str = r#"{ "name": "all" }"#;

fn error(text: &str) -> String {
    match Policy::from_json(text) {
        Ok(policy) => panic!("{text} is a policy: {policy:?}"),
        Err(error) => error.to_string(),
    }
}

fn is_policy(text: &str) {
    let read = Policy::from_json(text);
    assert!(read.is_ok(), "{text}: {read:?}");
}

fn with_rule(rule: &str) -> String {
    format!(r#"{{ "name": "p", "allow_rules": [{rule}] }}"#)
}

fn with_header(header: &str) -> String {
    with_rule(&format!(
        r#"{{ "name": "r", "request": {{ "headers": [{header}] }} }}"#
    ))
}

fn with_audit(audit: &str) -> String {
    format!(r#"{{ "name": "p", "allow_rules": [{RULE}], "audit_logging_options": {audit} }}"#)
}

#[test]
fn an_unknown_field_or_a_wrong_type_is_no_policy() {
    for text in [
        "",
        "[]",
        r#"["p", [], [{ "name": "r" }]]"#,
        r#"{ "name": "p", "allow_rules": [["r"]] }"#,
        r#"{ "name": "p", "allow_rules": [{ "name": "r" }], "x": 1 }"#,
        r#"{ "name": 1, "allow_rules": [{ "name": "r" }] }"#,
        r#"{ "name": "p", "allow_rules": {} }"#,
        r#"{ "name": "p", "allow_rules": [1] }"#,
        r#"{ "name": "p", "allow_rules": [{ "name": "r" }], "deny_rules": 1 }"#,
        r#"{ "name": "p", "name": "q", "allow_rules": [{ "name": "r" }] }"#,
        &with_rule(r#"{ "name": "r", "x": {} }"#),
        &with_rule(r#"{ "name": "r", "source": { "x": [] } }"#),
        &with_rule(r#"{ "name": "r", "source": { "principals": "a" } }"#),
        &with_rule(r#"{ "name": "r", "request": { "x": [] } }"#),
        &with_rule(r#"{ "name": "r", "request": { "paths": [1] } }"#),
        &with_header(r#"{ "key": "a", "values": ["b"], "x": 1 }"#),
        &with_header(r#"{ "key": "a", "values": [1] }"#),
        &with_audit("[]"),
        &with_audit(r#"{ "x": 1 }"#),
        &with_audit(r#"{ "audit_loggers": [{ "name": "stdout_logger", "x": 1 }] }"#),
    ] {
        assert!(error(text).contains("not a policy"), "{text}");
    }
    is_policy(&with_rule(RULE));
    is_policy(&with_rule(
        r#"{ "name": "r", "source": {}, "request": { "paths": [], "headers": [] } }"#,
    ));
}

#[test]
fn what_is_missing_or_empty_is_named() {
    for (text, what) in [
        (&*format!(r#"{{ "allow_rules": [{RULE}] }}"#), "`name`"),
        (
            &*format!(r#"{{ "name": "", "allow_rules": [{RULE}] }}"#),
            "`name`",
        ),
        (r#"{ "name": "p" }"#, "allow_rules"),
        (r#"{ "name": "p", "allow_rules": [] }"#, "allow_rules"),
        (&with_rule("{}"), "allow_rules[0]: the rule has no `name`"),
        (
            &*format!(
                r#"{{ "name": "p", "deny_rules": [{{ "name": "" }}], "allow_rules": [{RULE}] }}"#
            ),
            "deny_rules[0]",
        ),
        (&with_header(r#"{ "values": ["a"] }"#), "`key`"),
        (&with_header(r#"{ "key": "", "values": ["a"] }"#), "`key`"),
        (&with_header(r#"{ "key": "a" }"#), "`values`"),
        (&with_header(r#"{ "key": "a", "values": [] }"#), "`values`"),
    ] {
        let error = error(text);
        assert!(error.contains(what), "{text}: {error}");
    }
}

#[test]
fn headers_that_cannot_be_asked_for_are_named() {
    let keys = [
        ":path",
        ":method",
        "grpc-timeout",
        "GRPC-encoding",
        "host",
        "Host",
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "TE",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "no name",
    ];
    for key in keys {
        let error = error(&with_header(&format!(
            r#"{{ "key": "{key}", "values": ["a"] }}"#
        )));
        assert!(error.contains(&key.to_ascii_lowercase()), "{error}");
    }
    is_policy(&with_header(r#"{ "key": "X-Role", "values": ["a"] }"#));
}

#[test]
fn audit_options_are_checked() {
    for condition in ["NONE", "ON_DENY", "ON_ALLOW", "ON_DENY_AND_ALLOW"] {
        is_policy(&with_audit(&format!(
            r#"{{ "audit_condition": "{condition}" }}"#
        )));
    }
    is_policy(&with_audit(
        r#"{ "audit_loggers": [{ "name": "stdout_logger", "config": {} }] }"#,
    ));
    is_policy(&with_audit(
        r#"{ "audit_loggers": [{ "name": "nobody", "is_optional": true }] }"#,
    ));
    for (audit, what) in [
        (r#"{ "audit_condition": "SOMETIMES" }"#, "SOMETIMES"),
        (r#"{ "audit_loggers": [{ "name": "nobody" }] }"#, "nobody"),
        (r#"{ "audit_loggers": [{}] }"#, "`name`"),
        (
            r#"{ "audit_loggers": [{ "name": "stdout_logger", "config": 1 }] }"#,
            "`config`",
        ),
    ] {
        let error = error(&with_audit(audit));
        assert!(error.contains(what), "{error}");
    }
}

#[test]
fn a_bad_config_fails_even_where_it_is_optional() {
    let loggers = AuditLoggers::new().register("picky", |config| Err(format!("{config} is bad")));
    let text = with_audit(r#"{ "audit_loggers": [{ "name": "picky", "is_optional": true }] }"#);
    let error = Policy::from_json_with(&text, &loggers)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("{} is bad"),
        "the default of `config` is an empty object: {error}"
    );
}
