use std::time::Duration;

use interceptor_core::{CallKind, Methods, tonic::Code};

use super::{duration, *};
use crate::compose::service_config::{MethodConfig, MethodPolicy};

const RETRY: &str = r#""maxAttempts": 3, "initialBackoff": "1s", "maxBackoff": "2s", "backoffMultiplier": 2, "retryableStatusCodes": [14]"#;

/// The members of `RETRY` with one of them changed, or taken out.
fn retry_with(name: &str, value: Option<&str>) -> String {
    let members = RETRY.split(", ").filter_map(|member| {
        match (member.starts_with(&format!("\"{name}\"")), value) {
            (true, Some(value)) => Some(format!("\"{name}\": {value}")),
            (true, None) => None,
            (false, _) => Some(member.to_owned()),
        }
    });
    let members: Vec<_> = members.collect();
    members.join(", ")
}

fn error(json: &str) -> (String, String) {
    let error = ServiceConfig::from_json(json).unwrap_err();
    (error.path().to_owned(), error.to_string())
}

fn methods() -> Methods {
    ["/a.B/C", "/a.B/D", "/a.E/C"]
        .into_iter()
        .fold(Methods::builder(), |table, path| {
            table.method(path, CallKind::UnaryUnary)
        })
        .build()
        .unwrap()
}

fn entry(config: &ServiceConfig, path: &str) -> Option<MethodConfig> {
    config.method(methods().get(path).unwrap()).cloned()
}

fn seconds(config: &ServiceConfig, path: &str) -> Option<u64> {
    let timeout = entry(config, path)?.timeout()?;
    Some(timeout.as_secs())
}

fn config(json: &str) -> ServiceConfig {
    ServiceConfig::from_json(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

// === durations ===

#[test]
fn durations_are_read_as_protobuf_writes_them() {
    for (text, is_negative, millis) in [
        ("1s", false, 1_000),
        ("0s", false, 0),
        ("-100.700s", true, 100_700),
        (".050s", false, 50),
        ("-.001s", true, 1),
        ("0.200s", false, 200),
        ("1.s", false, 1_000),
        ("315576000000s", false, 315_576_000_000_000),
    ] {
        let time = Duration::from_millis(millis);
        let parsed = duration::parse(text);
        assert_eq!(
            parsed,
            Some(duration::Parsed { is_negative, time }),
            "{text}"
        );
    }
    let nanos = duration::parse("1.000000001s").unwrap().time;
    assert_eq!(nanos, Duration::new(1, 1));
    for text in [
        "",
        "s",
        ".s",
        "-s",
        "1",
        "5m",
        "5.3.2s",
        "x.3s",
        "3.xs",
        "3.0123456789s",
        "+1s",
        "--1s",
        "1 s",
        " 1s",
        "1S",
        "315576000000.1s",
        "315576000001s",
        "99999999999999999999s",
    ] {
        assert_eq!(duration::parse(text), None, "{text}");
    }
}

// === names ===

#[test]
fn the_most_specific_entry_counts_and_it_counts_whole() {
    let config = config(
        r#"{"methodConfig": [
            {"name": [{"service": "a.B", "method": "C"}], "waitForReady": true},
            {"name": [{"service": "a.B"}], "timeout": "2s"},
            {"name": [{}], "timeout": "3s"},
            {"timeout": "4s"}, {"name": [], "timeout": "5s"}
        ]}"#,
    );
    let own = entry(&config, "/a.B/C").unwrap();
    assert_eq!((own.timeout(), own.wait_for_ready()), (None, Some(true)));
    assert_eq!(seconds(&config, "/a.B/D"), Some(2));
    assert_eq!(seconds(&config, "/a.E/C"), Some(3));
}

#[test]
fn a_default_has_an_empty_service() {
    for name in [
        "{}",
        r#"{"service": null}"#,
        r#"{"service": ""}"#,
        r#"{"service": "", "method": ""}"#,
    ] {
        let json = format!(r#"{{"methodConfig": [{{"name": [{name}], "timeout": "7s"}}]}}"#);
        assert_eq!(seconds(&config(&json), "/a.B/C"), Some(7), "{name}");
    }
}

#[test]
fn mistakes_in_names_have_their_place() {
    let of = |names: &str| error(&format!(r#"{{"methodConfig": [{names}]}}"#));
    let (path, text) = of(r#"{"name": [{"method": "C"}]}"#);
    assert_eq!(path, "methodConfig[0].name[0]");
    assert!(text.contains("no service"), "{text}");
    for (first, second) in [
        (
            r#"{"service": "a.B", "method": "C"}"#,
            r#"{"service": "a.B", "method": "C"}"#,
        ),
        (
            r#"{"service": "a.B"}"#,
            r#"{"service": "a.B", "method": ""}"#,
        ),
        ("{}", r#"{"service": ""}"#),
    ] {
        let (path, text) = of(&format!(r#"{{"name": [{first}, {second}]}}"#));
        assert_eq!(path, "methodConfig[0].name[1]");
        assert!(
            text.ends_with("has an entry at methodConfig[0].name[0] already"),
            "{text}"
        );
        let (path, _) = of(&format!(r#"{{"name": [{first}]}}, {{"name": [{second}]}}"#));
        assert_eq!(path, "methodConfig[1].name[0]");
    }
    for (name, path) in [
        (r#"{"service": "a/B"}"#, "methodConfig[0].name[0]"),
        (
            r#"{"service": "a.B", "method": "*"}"#, // a pattern of ours, for all methods
            "methodConfig[0].name[0]",
        ),
        (r#"{"service": "*"}"#, "methodConfig[0].name[0]"),
        (r#"{"service": 1}"#, "methodConfig[0].name[0].service"),
        (
            r#"{"service": "a.B", "method": []}"#,
            "methodConfig[0].name[0].method",
        ),
        ("[]", "methodConfig[0].name[0]"),
    ] {
        assert_eq!(of(&format!(r#"{{"name": [{name}]}}"#)).0, path);
    }
}

// === fields ===

#[test]
fn all_that_is_known_is_read() {
    let config = config(&format!(
        r#"{{"methodConfig": [{{
            "name": [{{"service": "a.B"}}, {{"service": "a.E", "method": "C"}}],
            "timeout": "1.5s", "waitForReady": true,
            "maxRequestMessageBytes": 0, "maxResponseMessageBytes": 1024,
            "retryPolicy": {{{RETRY}}}
        }}], "retryThrottling": {{"maxTokens": 10, "tokenRatio": 0.5466}}}}"#
    ));
    let own = entry(&config, "/a.B/D").unwrap();
    assert_eq!(entry(&config, "/a.E/C").as_ref(), Some(&own));
    assert_eq!(own.timeout(), Some(Duration::from_millis(1_500)));
    assert_eq!(own.wait_for_ready(), Some(true));
    assert_eq!(own.max_request_message_bytes(), Some(0));
    assert_eq!(own.max_response_message_bytes(), Some(1_024));
    let MethodPolicy::Retry(policy) = own.policy() else {
        panic!("{own:?}");
    };
    assert_eq!(policy.max_attempts(), 3);
    assert_eq!(policy.backoff().initial(), Duration::from_secs(1));
    assert_eq!(policy.backoff().max(), Duration::from_secs(2));
    assert!((policy.backoff().multiplier() - 2.0).abs() < f64::EPSILON);
    assert!(policy.codes().contains(Code::Unavailable));
    let throttling = config.retry_throttling().unwrap();
    assert_eq!(
        format!("{throttling:?}"),
        "RetryThrottling { max_tokens: 10.0, token_ratio: 0.546 }"
    );
}

#[test]
fn a_config_may_say_nothing_and_more_than_is_known() {
    for json in [
        "{}",
        r#"{"methodConfig": null, "retryThrottling": null}"#,
        r#"{"methodConfig": []}"#,
        r#"{"loadBalancingConfig": [{"round_robin": {}}], "healthCheckConfig": 5, "new": true}"#,
        r#"{"methodConfig": [{"new": 1, "name": [{"service": "a.B", "new": 2}]}]}"#,
    ] {
        let config = config(json);
        assert_eq!(entry(&config, "/a.E/C"), None, "{json}");
        assert_eq!(config.retry_throttling(), None);
    }
}

#[test]
fn codes_are_numbers_or_names_in_any_case() {
    for code in [
        "14",
        "\"UNAVAILABLE\"",
        "\"unavailable\"",
        "\"Unavailable\"",
    ] {
        let policy = retry_with("retryableStatusCodes", Some(&format!("[{code}]")));
        let json =
            format!(r#"{{"methodConfig": [{{"name": [{{}}], "retryPolicy": {{{policy}}}}}]}}"#);
        let own = entry(&config(&json), "/a.B/C").unwrap();
        let MethodPolicy::Retry(policy) = own.policy() else {
            panic!("{own:?}");
        };
        assert_eq!(
            policy.codes().iter().collect::<Vec<_>>(),
            [Code::Unavailable],
            "{code}"
        );
    }
}

#[test]
fn each_mistake_of_a_retry_policy_has_its_path() {
    for (field, value) in [
        ("maxAttempts", None),
        ("maxAttempts", Some("-1")),
        ("maxAttempts", Some("0")),
        ("maxAttempts", Some("1")),
        ("maxAttempts", Some("2.5")),
        ("maxAttempts", Some("\"3\"")),
        ("initialBackoff", None),
        ("initialBackoff", Some("\"0s\"")),
        ("initialBackoff", Some("\"-1s\"")),
        ("initialBackoff", Some("1")),
        ("maxBackoff", None),
        ("maxBackoff", Some("\"0s\"")),
        ("maxBackoff", Some("\"5m\"")),
        ("backoffMultiplier", None),
        ("backoffMultiplier", Some("0")),
        ("backoffMultiplier", Some("-1.5")),
        ("backoffMultiplier", Some("\"2\"")),
        ("retryableStatusCodes", None),
        ("retryableStatusCodes", Some("[]")),
        ("retryableStatusCodes", Some("14")),
    ] {
        let policy = retry_with(field, value);
        let (path, text) = error(&format!(
            r#"{{"methodConfig": [{{}}, {{"retryPolicy": {{{policy}}}}}]}}"#
        ));
        assert_eq!(
            path,
            format!("methodConfig[1].retryPolicy.{field}"),
            "{value:?}"
        );
        assert!(
            text.starts_with(&format!("{path}: ")) && text.len() > path.len() + 10,
            "{text}"
        );
    }
    for code in [
        "17",
        "-1",
        "1.5",
        "\"CANCELED\"",
        "\"14\"",
        "null",
        "\"OK\"",
        "0",
    ] {
        let policy = retry_with("retryableStatusCodes", Some(&format!("[1,{code}]")));
        let (path, _) = error(&format!(
            r#"{{"methodConfig": [{{"retryPolicy": {{{policy}}}}}]}}"#
        ));
        assert_eq!(
            path, "methodConfig[0].retryPolicy.retryableStatusCodes[1]",
            "{code}"
        );
    }
}

#[test]
fn what_is_no_mistake_of_a_retry_policy() {
    for (field, value) in [
        ("maxAttempts", "9"),
        ("maxAttempts", "4294967296"),
        ("backoffMultiplier", "0.5"),
        ("maxBackoff", "\"0.001s\""),
        ("perAttemptRecvTimeout", "\"-1s\""),
    ] {
        let policy = retry_with(field, Some(value));
        config(&format!(
            r#"{{"methodConfig": [{{"retryPolicy": {{{policy}}}}}]}}"#
        ));
    }
}

#[test]
fn a_hedging_policy_needs_its_attempts_and_no_more() {
    let of = |policy: &str| {
        format!(r#"{{"methodConfig": [{{"name": [{{}}], "hedgingPolicy": {{{policy}}}}}]}}"#)
    };
    for (policy, delay, codes) in [
        (r#""maxAttempts": 4"#, 0, vec![]),
        (
            r#""maxAttempts": 4, "hedgingDelay": "0s", "nonFatalStatusCodes": []"#,
            0,
            vec![],
        ),
        (
            r#""maxAttempts": 4, "hedgingDelay": "0.5s", "nonFatalStatusCodes": ["ABORTED", 14]"#,
            500,
            vec![Code::Aborted, Code::Unavailable],
        ),
    ] {
        let own = entry(&config(&of(policy)), "/a.B/C").unwrap();
        let MethodPolicy::Hedging(hedging) = own.policy() else {
            panic!("{own:?}");
        };
        assert_eq!(hedging.max_attempts(), 4);
        assert_eq!(hedging.hedging_delay(), Duration::from_millis(delay));
        assert_eq!(hedging.non_fatal_codes().iter().collect::<Vec<_>>(), codes);
    }
    for (policy, field) in [
        ("", "maxAttempts"),
        (r#""maxAttempts": 1"#, "maxAttempts"),
        (r#""maxAttempts": 2, "hedgingDelay": "-1s""#, "hedgingDelay"),
        (r#""maxAttempts": 2, "hedgingDelay": 1"#, "hedgingDelay"),
        (
            r#""maxAttempts": 2, "nonFatalStatusCodes": ["NOPE"]"#,
            "nonFatalStatusCodes[0]",
        ),
    ] {
        assert_eq!(
            error(&of(policy)).0,
            format!("methodConfig[0].hedgingPolicy.{field}")
        );
    }
}

#[test]
fn the_two_policies_exclude_each_other() {
    let (path, text) = error(&format!(
        r#"{{"methodConfig": [{{"retryPolicy": {{{RETRY}}}, "hedgingPolicy": {{"maxAttempts": 2}}}}]}}"#
    ));
    assert_eq!(path, "methodConfig[0]");
    assert!(text.contains("leave one out"), "{text}");
}

#[test]
fn each_mistake_of_the_throttle_has_its_path() {
    for (json, field) in [
        (r#"{"tokenRatio": 1}"#, "maxTokens"),
        (r#"{"maxTokens": 0, "tokenRatio": 1}"#, "maxTokens"),
        (r#"{"maxTokens": -1, "tokenRatio": 1}"#, "maxTokens"),
        (r#"{"maxTokens": 1001, "tokenRatio": 1}"#, "maxTokens"),
        (r#"{"maxTokens": "10", "tokenRatio": 1}"#, "maxTokens"),
        (r#"{"maxTokens": 10}"#, "tokenRatio"),
        (r#"{"maxTokens": 10, "tokenRatio": 0}"#, "tokenRatio"),
        (r#"{"maxTokens": 10, "tokenRatio": -0.1}"#, "tokenRatio"),
        (r#"{"maxTokens": 10, "tokenRatio": 0.0004}"#, "tokenRatio"),
    ] {
        let (path, _) = error(&format!(r#"{{"retryThrottling": {json}}}"#));
        assert_eq!(path, format!("retryThrottling.{field}"), "{json}");
    }
    for json in [
        r#"{"maxTokens": 1000, "tokenRatio": 0.1}"#,
        r#"{"maxTokens": 0.5, "tokenRatio": 1}"#,
    ] {
        config(&format!(r#"{{"retryThrottling": {json}}}"#));
    }
}

#[test]
fn each_mistake_of_an_entry_has_its_path() {
    for (field, values) in [
        ("timeout", ["5", "\"5\"", "\"-1s\"", "true"]),
        ("waitForReady", ["1", "\"true\"", "[]", "{}"]),
        ("maxRequestMessageBytes", ["\"1024\"", "-1", "1.5", "[]"]),
        ("maxResponseMessageBytes", ["\"1024\"", "-1", "1.5", "true"]),
        ("retryPolicy", ["1", "[]", "\"\"", "true"]),
        ("hedgingPolicy", ["1", "[]", "\"\"", "true"]),
        ("name", ["1", "{}", "\"\"", "true"]),
    ] {
        for value in values {
            let (path, text) = error(&format!(
                r#"{{"methodConfig": [{{}}, {{}}, {{"{field}": {value}}}]}}"#
            ));
            let expected = format!("methodConfig[2].{field}");
            assert!(path.starts_with(&expected), "{text}");
        }
    }
}

#[test]
fn what_is_no_config_at_all_is_said() {
    for (json, path, part) in [
        ("", "", "this is not JSON"),
        ("{", "", "line 1"),
        ("[]", "", "a list stands here; give an object"),
        ("5", "", "5 stands here; give an object"),
        (r#"{"methodConfig": {}}"#, "methodConfig", "give a list"),
        (
            r#"{"methodConfig": [1]}"#,
            "methodConfig[0]",
            "1 stands here; give an object",
        ),
        (
            r#"{"retryThrottling": []}"#,
            "retryThrottling",
            "give an object",
        ),
    ] {
        let (at, text) = error(json);
        assert_eq!(at, path, "{text}");
        assert!(text.contains(part), "{text}");
    }
}
