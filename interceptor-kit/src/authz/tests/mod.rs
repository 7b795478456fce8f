mod audit;
mod file;
mod json;
mod policy;
mod rules;

use std::sync::{Arc, Mutex};

use interceptor_core::tonic::Code;
use interceptor_test::{Case, Harness, Outcome};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, SanType};

use super::*;

/// What the peer is told, and nothing of the rule; nothing below ran.
fn is_denied(outcome: &Outcome) {
    assert_eq!(outcome.code(), Code::PermissionDenied, "{outcome}");
    assert_eq!(outcome.status().message(), "permission denied");
    assert!(outcome.is_trailers_only(), "{outcome}");
    assert!(outcome.attempts().is_empty(), "{outcome}");
}

fn is_allowed(outcome: &Outcome) {
    assert_eq!(outcome.code(), Code::Ok, "{outcome}");
    assert_eq!(outcome.attempts().len(), 1);
}

/// A certificate with these names.
fn certificate(uris: &[&str], names: &[&str]) -> PeerCertificates {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    let uris = uris
        .iter()
        .map(|uri| SanType::URI((*uri).try_into().unwrap()));
    params.subject_alt_names.extend(uris);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "client");
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    PeerCertificates::new([certificate.der().to_vec()])
}

/// What a logger was told: method, principal, policy, rule, verdict.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl AuditLogger for Told {
    fn log(&self, event: &AuditEvent<'_>) {
        let AuditEvent {
            rpc_method,
            principal,
            policy_name,
            matched_rule,
            authorized,
        } = event;
        let line =
            format!("{rpc_method} {principal:?} {policy_name} {matched_rule:?} {authorized}");
        self.0.lock().unwrap().push(line);
    }
}

async fn call(
    case: Case,
    policy: &Policy,
    set: impl FnOnce(Harness<Authorization<Policy>>) -> Harness<Authorization<Policy>>,
) -> Outcome {
    set(Harness::new(case, Authorization::new(policy.clone())))
        .call()
        .await
}
