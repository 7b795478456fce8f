use interceptor_core::{Interceptor as _, Side};
use interceptor_test::{Case, Harness};

use super::{Told, certificate, is_allowed, is_denied};
use crate::authz::*;

#[derive(Debug, Clone)]
struct Roles(&'static [&'static str]);

fn rules() -> Rules<Roles> {
    let rules = Rules::new("orders")
        .allow("admins", "/interceptor.test.Test/*", |roles: &Roles| {
            roles.0.contains(&"admin")
        })
        .and_then(|rules| {
            rules.allow(
                "readers",
                "/interceptor.test.Test/UnaryStream",
                |roles: &Roles| roles.0.contains(&"reader"),
            )
        })
        .and_then(|rules| rules.allow_anyone("health", "/grpc.health.v1.Health/*"));
    rules.unwrap()
}

#[tokio::test(start_paused = true)]
async fn claims_say_who_may_call_what() {
    let admin = || {
        Harness::new(
            Case::on(Side::Server).next().unwrap(),
            Authorization::new(rules()),
        )
    };
    is_allowed(&admin().extension(Roles(&["admin"])).call().await);
    for case in Case::on(Side::Server) {
        let harness =
            |roles| Harness::new(case, Authorization::new(rules())).extension(Roles(roles));
        is_allowed(&harness(&["admin", "x"]).call().await);
        let reader = harness(&["reader"]).call().await;
        match case.path() {
            "/interceptor.test.Test/UnaryStream" => is_allowed(&reader),
            _ => is_denied(&reader),
        }
        is_denied(&harness(&[]).call().await);
    }
}

#[tokio::test(start_paused = true)]
async fn without_claims_or_a_rule_nobody_may_call() {
    for case in Case::on(Side::Server) {
        let harness = || Harness::new(case, Authorization::new(rules()));
        is_denied(&harness().call().await);
        is_allowed(&harness().path("/grpc.health.v1.Health/Check").call().await);
        let admin = || harness().extension(Roles(&["admin"]));
        is_denied(
            &admin()
                .path("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
                .call()
                .await,
        );
        is_denied(&admin().path("/no.such.Service/Method").call().await);
    }
}

#[tokio::test(start_paused = true)]
async fn the_audit_log_has_what_the_caller_has_not() {
    for case in Case::on(Side::Server) {
        let told = Told::default();
        let rules = rules().audit(AuditCondition::OnDenyAndAllow, told.clone());
        let harness = Harness::new(case, Authorization::new(rules))
            .extension(certificate(&["spiffe://a"], &[]));
        is_denied(&harness.call().await);
        is_allowed(&harness.extension(Roles(&["admin"])).call().await);
        let path = case.path();
        let expected = [
            format!(r#"{path} "spiffe://a" orders "" false"#),
            format!(r#"{path} "spiffe://a" orders "orders_admins" true"#),
        ];
        assert_eq!(told.take(), expected);
    }
}

#[test]
fn mistakes_are_named() {
    let methods = Case::methods();
    let typo = Rules::<()>::new("x")
        .allow_anyone("y", "/interceptor.test.Tset/*")
        .unwrap();
    let error = Authorization::new(typo)
        .check(&methods, Side::Server)
        .unwrap_err()
        .to_string();
    assert!(error.contains("interceptor.test.Tset"), "{error}");
    assert!(Rules::<()>::new("x").allow_anyone("y", "*").is_err());
    assert!(
        Authorization::new(rules())
            .check(&methods, Side::Client)
            .is_err()
    );
}
