use interceptor_core::{Side, tonic::Code};
use interceptor_test::{Case, Harness, ScriptedBody};

use super::{call, certificate, is_allowed, is_denied};
use crate::authz::*;

fn policy(text: &str) -> Policy {
    Policy::from_json(text).unwrap()
}

/// The rules' parts: deny, then allow.
fn of(deny: &str, allow: &str) -> Policy {
    policy(&format!(
        r#"{{ "name": "authz", "deny_rules": [{deny}], "allow_rules": [{{ "name": "allow", {allow} }}] }}"#
    ))
}

const ANY: &str = r#""request": {}"#;

fn principals(list: &str) -> Policy {
    of("", &format!(r#""source": {{ "principals": [{list}] }}"#))
}

fn headers(list: &str) -> Policy {
    of("", &format!(r#""request": {{ "headers": [{list}] }}"#))
}

#[tokio::test(start_paused = true)]
async fn deny_comes_before_allow_and_no_match_denies() {
    let debug = |name: &str| {
        format!(
            r#"{{ "name": "d", "request": {{ "headers": [{{ "key": "{name}", "values": ["*"] }}] }} }}"#
        )
    };
    let path = |path: &str| format!(r#""request": {{ "paths": ["{path}"] }}"#);
    for case in Case::on(Side::Server) {
        let x = |harness: Harness<_>| harness.metadata("x", "1");
        let (hit, miss) = (path("*"), path("/other.Service/*"));
        is_denied(&call(case, &of(&debug("x"), &miss), x).await); // deny, no match in allow
        is_denied(&call(case, &of(&debug("x"), &hit), x).await); // deny and allow
        is_allowed(&call(case, &of(&debug("y"), &hit), x).await); // no match in deny, allow
        is_denied(&call(case, &of(&debug("y"), &miss), x).await); // neither
        is_allowed(&call(case, &of("", &hit), x).await); // empty deny, allow
        is_denied(&call(case, &of("", &miss), x).await); // empty deny, no match
    }
}

#[tokio::test(start_paused = true)]
async fn it_decides_before_the_request_body_is_read() {
    for case in Case::on(Side::Server) {
        let body = ScriptedBody::new().messages(["one"]);
        let probe = body.probe();
        is_denied(
            &call(case, &principals(r#""a""#), |harness| {
                harness.request_body(body)
            })
            .await,
        );
        assert_eq!(probe.polls(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn paths_are_full_paths_in_four_forms() {
    for case in Case::on(Side::Server) {
        let (_, name) = case.path().rsplit_once('/').unwrap();
        for (pattern, matches) in [
            ("*".to_owned(), true),
            (case.path().to_owned(), true),
            ("/interceptor.test.Test/*".to_owned(), true),
            (format!("*/{name}"), true),
            (name.to_owned(), false),
            (format!("{}x", case.path()), false),
            ("/interceptor.test.Tes".to_owned(), false),
            ("*/Other".to_owned(), false),
            (String::new(), false),
        ] {
            let policy = of(
                "",
                &format!(r#""request": {{ "paths": ["/other", "{pattern}"] }}"#),
            );
            let outcome = call(case, &policy, |harness| harness).await;
            if matches {
                is_allowed(&outcome);
            } else {
                is_denied(&outcome);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn headers_are_all_asked_for_and_one_value_of_each() {
    let both = r#"{ "key": "X-A", "values": ["1", "2*"] }, { "key": "x-b", "values": ["*3"] }"#;
    for case in Case::on(Side::Server) {
        for (sent, matches) in [
            (vec![("x-a", "1"), ("x-b", "123")], true),
            (vec![("x-a", "25"), ("x-b", "3")], true),
            (vec![("x-a", "1")], false),
            (vec![("x-b", "3")], false),
            (vec![("x-a", "3"), ("x-b", "3")], false),
            (vec![("x-a", "1"), ("x-b", "4")], false),
        ] {
            let outcome = call(case, &headers(both), |harness| {
                sent.iter().fold(harness, |harness, (name, value)| {
                    harness.metadata(name, value)
                })
            })
            .await;
            if matches {
                is_allowed(&outcome);
            } else {
                is_denied(&outcome);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn several_values_are_one_with_commas_and_none_never_matches() {
    let ask = |value: &str| headers(&format!(r#"{{ "key": "x", "values": ["{value}"] }}"#));
    for case in Case::on(Side::Server) {
        let two = |harness: Harness<_>| harness.metadata("x", "1").metadata("x", "2");
        is_allowed(&call(case, &ask("1,2"), two).await);
        is_denied(&call(case, &ask("1"), two).await);
        is_denied(&call(case, &ask("2"), two).await);
        for value in ["*", "", "1*"] {
            is_denied(&call(case, &ask(value), |harness| harness).await);
        }
        let empty = |harness: Harness<_>| harness.metadata("x", "");
        is_denied(&call(case, &ask("*"), empty).await); // `*` is anything but nothing
        is_allowed(&call(case, &ask(""), empty).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_rule_wants_its_source_and_its_request() {
    let both = of(
        "",
        r#""source": { "principals": ["spiffe://a"] }, "request": { "headers": [{ "key": "x", "values": ["1"] }] }"#,
    );
    let known = certificate(&["spiffe://a"], &[]);
    for case in Case::on(Side::Server) {
        let x = |harness: Harness<_>| harness.metadata("x", "1");
        is_allowed(&call(case, &both, |harness| x(harness).extension(known.clone())).await);
        is_denied(&call(case, &both, x).await);
        is_denied(&call(case, &both, |harness| harness.extension(known.clone())).await);
        is_allowed(&call(case, &of("", ANY), |harness| harness).await);
    }
}

#[tokio::test(start_paused = true)]
async fn without_tls_principals_never_match() {
    for case in Case::on(Side::Server) {
        for list in [r#""*""#, r#""""#, r#""spiffe://a""#] {
            is_denied(&call(case, &principals(list), |harness| harness).await);
        }
        is_allowed(&call(case, &principals(""), |harness| harness).await); // unset is anybody
    }
}

#[tokio::test(start_paused = true)]
async fn over_tls_without_a_certificate_only_the_empty_principal_matches() {
    let nobody = PeerCertificates::new([]);
    for case in Case::on(Side::Server) {
        let tls = |harness: Harness<_>| harness.extension(nobody.clone());
        is_allowed(&call(case, &principals(r#""x", """#), tls).await);
        is_denied(&call(case, &principals(r#""*""#), tls).await);
        is_allowed(&call(case, &principals(""), tls).await);
    }
}

/// gRFC A41: URIs; only without any DNS names; only without either the subject.
#[tokio::test(start_paused = true)]
async fn principals_are_sans_in_their_order() {
    let cases = [
        (
            &["spiffe://a", "https://b"][..],
            &["c"][..],
            r#""https://b""#,
            true,
        ),
        (&["spiffe://a"], &["c"], r#""spiffe://*""#, true),
        (&["spiffe://a"], &["c"], r#""c""#, false), // no falling through
        (&["spiffe://a"], &["c"], r#""CN=client""#, false),
        (&[], &["c", "d.example"], r#""d.example""#, true),
        (&[], &["c"], r#""CN=client""#, false),
        (&[], &[], r#""CN=client""#, true),
        (&[], &[], r#""""#, false),
        (&[], &[], r#""*""#, true),
    ];
    for case in Case::on(Side::Server) {
        for (uris, names, list, matches) in cases {
            let shown = certificate(uris, names);
            let outcome = call(case, &principals(list), |harness| harness.extension(shown)).await;
            if matches {
                is_allowed(&outcome);
            } else {
                is_denied(&outcome);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_certificate_that_cannot_be_read_is_internal() {
    for case in Case::on(Side::Server) {
        let broken = PeerCertificates::new([b"broken".to_vec()]);
        let outcome = call(case, &of("", ANY), |harness| harness.extension(broken)).await;
        assert_eq!(outcome.code(), Code::Internal, "{outcome}");
        assert!(outcome.attempts().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn of_several_policies_each_must_allow() {
    let (all, none) = (
        || Authorization::new(of("", ANY)),
        || Authorization::new(principals(r#""x""#)),
    );
    for case in Case::on(Side::Server) {
        is_allowed(&Harness::new(case, (all(), all())).call().await);
        is_denied(&Harness::new(case, (all(), none())).call().await);
        is_denied(&Harness::new(case, (none(), all())).call().await);
    }
}
