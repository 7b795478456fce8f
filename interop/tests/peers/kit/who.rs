//! `auth` and `authz`: who may call, asked by clients of grpcio.

use std::{
    sync::{Arc, Mutex},
    time::{SystemTime, UNIX_EPOCH},
};

use grpc_interceptor::{
    CallKind,
    auth::{Algorithm, Authentication, Basic, BearerTokens, Jwt, JwtKeys, Mtls},
    authz::{AuditEvent, AuditLogger, AuditLoggers, Authorization, Policy, Rules},
    tonic::Code,
};
use jsonwebtoken::{EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde_json::json;
use tonic::transport::{Certificate as Trusted, Identity, ServerTlsConfig};

use super::{
    STACKS, call,
    server::{Server, User},
    told,
};
use crate::{case::Case, certificate::Certificate, process::Peer, run};

const WITH: &str = "authorization";

fn user(name: &str, roles: &[&str]) -> User {
    User {
        sub: name.to_owned(),
        roles: roles.iter().map(|role| (*role).to_owned()).collect(),
    }
}

/// The calls of a caller whom the server knows by this name, in all types.
fn passes(what: &str, name: &str) -> Vec<Case> {
    let cases = CallKind::ALL.map(|kind| {
        let texts = vec![name; if kind.server_streaming() { 2 } else { 1 }];
        Case::new(what, kind, "who?").expects("texts", json!(texts))
    });
    cases.to_vec()
}

/// The same of one who may not.
fn refused(what: &str, code: Code) -> Vec<Case> {
    let message = match code {
        Code::Unauthenticated => "unauthenticated",
        _ => "permission denied",
    };
    let cases = CallKind::ALL.map(|kind| Case::new(what, kind, "who?").refused(code));
    let cases = cases.map(|case| case.expects("message", message).expects("count", 0));
    cases.to_vec()
}

fn sending(cases: Vec<Case>, name: &'static str, value: &str) -> Vec<Case> {
    let cases = cases.into_iter();
    cases.map(|case| case.with(name, value)).collect()
}

/// A token of this user, good for so many seconds.
fn token(pair: &KeyPair, user: &User, seconds: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let exp = i64::try_from(now.as_secs()).unwrap() + seconds;
    let mut claims = json!({ "iss": "issuer", "aud": "echo", "exp": exp });
    claims["sub"] = (&*user.sub).into();
    claims["roles"] = json!(user.roles);
    let key = EncodingKey::from_ec_der(pair.serialized_der());
    let token = encode(&Header::new(Algorithm::ES256), &claims, &key).unwrap();
    format!("Bearer {token}")
}

/// A JSON Web Token, and roles out of it: allowed, denied, expired, of another issuer, none at all.
#[test]
fn a_jwt_and_its_roles() {
    run(async {
        let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let other = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let (alice, bob) = (user("alice", &["caller"]), user("bob", &[]));
        let unknown = |what| refused(what, Code::Unauthenticated);
        let cases = [
            sending(passes("allowed", "alice"), WITH, &token(&pair, &alice, 600)),
            sending(
                refused("denied", Code::PermissionDenied),
                WITH,
                &token(&pair, &bob, 600),
            ),
            sending(unknown("expired"), WITH, &token(&pair, &alice, -600)),
            sending(unknown("another's"), WITH, &token(&other, &alice, 600)),
            sending(unknown("no token"), WITH, "Bearer a.b.c"),
            unknown("nothing"),
        ];
        let chain = || {
            let keys = JwtKeys::pem(Algorithm::ES256, &pair.public_key_pem()).unwrap();
            let rules = Rules::new("echo").allow("callers", "/echo.v1.Echo/*", |user: &User| {
                user.roles.iter().any(|role| role == "caller")
            });
            let jwt = Jwt::<User>::new(keys, "issuer", "echo");
            (Authentication::new(jwt), Authorization::new(rules.unwrap()))
        };
        call(chain, &cases.concat()).await;
    });
}

/// Name and password, as grpcio sends any other metadata.
#[test]
fn basic() {
    run(async {
        let cases = [
            sending(passes("allowed", "alice"), WITH, "Basic YWxpY2U6czNjcmV0"), // alice:s3cret
            sending(
                refused("wrong", Code::Unauthenticated),
                WITH,
                "Basic YWxpY2U6czNjcmV1",
            ),
        ];
        let chain = || {
            let basic = Basic::new().user("alice", "s3cret", user("alice", &[]));
            Authentication::new(basic.unwrap())
        };
        call(chain, &cases.concat()).await;
    });
}

fn tls(certificate: &Certificate) -> ServerTlsConfig {
    let identity = Identity::from_pem(certificate.pem(), certificate.key_pem());
    ServerTlsConfig::new().identity(identity)
}

/// The token by grpcio's own call credentials, which want TLS.
#[test]
fn their_call_credentials() {
    run(async {
        let own = |cases: Vec<Case>, token: &str| {
            let with = |case| Case {
                token: Some(token.to_owned()),
                ..case
            };
            cases.into_iter().map(with).collect::<Vec<_>>()
        };
        let cases = [
            own(passes("allowed", "alice"), "s3cret"),
            own(refused("wrong", Code::Unauthenticated), "s3cres"),
        ];
        let (cases, certificate) = (cases.concat(), Certificate::new());
        for stack in STACKS {
            let tokens = BearerTokens::new().token("s3cret", user("alice", &[]));
            let chain = Authentication::new(tokens.unwrap());
            let server = Server::start(chain, Some(tls(&certificate))).await;
            let client = Peer::client(stack, server.port, Some(&certificate), &cases, false);
            told(client, &cases).await;
            server.stop().await;
        }
    });
}

/// The SPIFFE id of the certificate that a client shows, and a client that shows none.
#[test]
fn mtls() {
    run(async {
        let certificate = Certificate::new();
        let own = Certificate::of("spiffe://prod/orders");
        for stack in STACKS {
            let tls = tls(&certificate)
                .client_ca_root(Trusted::from_pem(own.pem()))
                .client_auth_optional(true);
            let server = Server::start(Authentication::new(Mtls::any()), Some(tls)).await;
            let cases = passes("known", "spiffe://prod/orders");
            let client = Peer::known(stack, server.port, &certificate, &own, &cases);
            told(client, &cases).await;
            let cases = refused("without", Code::Unauthenticated);
            let client = Peer::client(stack, server.port, Some(&certificate), &cases, false);
            told(client, &cases).await;
            server.stop().await;
        }
    });
}

/// An audit log that the test reads.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<(String, bool)>>>);

impl AuditLogger for Log {
    fn log(&self, event: &AuditEvent<'_>) {
        let entry = (event.matched_rule.to_owned(), event.authorized);
        self.0.lock().unwrap().push(entry);
    }
}

const POLICY: &str = r#"{
    "name": "echo",
    "deny_rules": [{ "name": "evil", "request": { "headers": [{ "key": "x-channel", "values": ["*evil"] }] } }],
    "allow_rules": [{
        "name": "beta",
        "request": { "paths": ["/echo.v1.Echo/*"], "headers": [{ "key": "x-channel", "values": ["beta*"] }] }
    }],
    "audit_logging_options": {
        "audit_condition": "ON_DENY_AND_ALLOW",
        "audit_loggers": [{ "name": "log" }]
    }
}"#;

/// A policy of A43 by path and metadata; the log has what the caller has not.
#[test]
fn a_policy_and_its_audit_log() {
    run(async {
        let denied = |what| refused(what, Code::PermissionDenied);
        let cases = [
            sending(passes("allowed", "nobody"), "x-channel", "beta-2"),
            sending(denied("denied"), "x-channel", "beta-evil"),
            denied("no rule"),
        ];
        let log = Log::default();
        let chain = || {
            let log = log.clone();
            let loggers = AuditLoggers::new().register("log", move |_| Ok(Arc::new(log.clone())));
            Authorization::new(Policy::from_json_with(POLICY, &loggers).unwrap())
        };
        call(chain, &cases.concat()).await;
        let entries = |rule: &str, authorized| vec![(rule.to_owned(), authorized); 4];
        let of_a_client = [
            entries("echo_beta", true),
            entries("echo_evil", false),
            entries("", false),
        ];
        let expected = [of_a_client.concat(), of_a_client.concat()].concat();
        assert_eq!(*log.0.lock().unwrap(), expected);
    });
}
