//! Certificates: as they are read, and over a real connection of tonic's.

use interceptor_core::{ClientLayer, Methods, ServerLayer, Side, tonic::Code};
use interceptor_test::{Case, Harness};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, SanType};
use testproto::helloworld::{
    HelloReply, HelloRequest,
    greeter_client::GreeterClient,
    greeter_server::{Greeter, GreeterServer},
};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Request, Response, Status,
    transport::{Certificate, Channel, ClientTlsConfig, Identity, Server, ServerTlsConfig},
};

use super::nothing_ran;
use crate::auth::*;

type Ca = CertifiedIssuer<'static, KeyPair>;

fn ca() -> Ca {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn params(uris: &[&str], names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    let uris = uris
        .iter()
        .map(|uri| SanType::URI((*uri).try_into().unwrap()));
    params.subject_alt_names.extend(uris);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Example, Inc.");
    params.distinguished_name.push(DnType::CommonName, "orders");
    params
}

pub(super) fn der(uris: &[&str], names: &[&str]) -> Vec<u8> {
    let key = KeyPair::generate().unwrap();
    let certificate = params(uris, names).signed_by(&key, &ca()).unwrap();
    certificate.der().to_vec()
}

#[test]
fn a_certificate_is_read() {
    let identity =
        PeerIdentity::from_der(&der(&["spiffe://prod/orders"], &["orders.prod"])).unwrap();
    assert_eq!(identity.uris(), ["spiffe://prod/orders"]);
    assert_eq!(identity.dns_names(), ["orders.prod"]);
    assert_eq!(identity.spiffe_id(), Some("spiffe://prod/orders"));
    assert_eq!(identity.subject(), r"CN=orders,O=Example\, Inc.");
    assert_eq!(PeerIdentity::from_der(b"no certificate"), None);
}

#[test]
fn a_spiffe_id_is_the_only_uri() {
    let spiffe = |uris: &[&str]| {
        let identity = PeerIdentity::from_der(&der(uris, &[])).unwrap();
        identity.spiffe_id().map(ToOwned::to_owned)
    };
    assert_eq!(
        spiffe(&["spiffe://prod/a"]).as_deref(),
        Some("spiffe://prod/a")
    );
    assert_eq!(spiffe(&["spiffe://prod/a", "https://a"]), None);
    assert_eq!(spiffe(&["https://a"]), None);
    assert_eq!(spiffe(&["spiffe://"]), None);
    assert_eq!(spiffe(&[]), None);
}

/// gRFC A41: no falling through to names that a URI stands before.
#[test]
fn principals_are_uris_or_else_names_or_else_the_subject() {
    let principals = |uris: &[&str], names: &[&str]| -> Vec<String> {
        let identity = PeerIdentity::from_der(&der(uris, names)).unwrap();
        identity.principals().map(ToOwned::to_owned).collect()
    };
    assert_eq!(
        principals(&["spiffe://a", "https://b"], &["c"]),
        ["spiffe://a", "https://b"]
    );
    assert_eq!(principals(&[], &["c", "d"]), ["c", "d"]);
    assert_eq!(principals(&[], &[]), [r"CN=orders,O=Example\, Inc."]);
}

#[tokio::test(start_paused = true)]
async fn who_has_no_certificate_is_unauthenticated() {
    let wrong = [
        None,
        Some(PeerCertificates::new([])),
        Some(PeerCertificates::new([b"broken".to_vec()])),
        Some(PeerCertificates::new([der(&["spiffe://dev/orders"], &[])])),
    ];
    let production = || {
        Authentication::new(Mtls::new(|identity| {
            let id = identity.spiffe_id()?.to_owned();
            id.starts_with("spiffe://prod/").then_some(id)
        }))
    };
    let right = PeerCertificates::new([der(&["spiffe://prod/orders"], &[])]);
    for case in Case::on(Side::Server) {
        for certificates in &wrong {
            let harness = Harness::new(case, production());
            let harness = match certificates {
                Some(certificates) => harness.extension(certificates.clone()),
                None => harness,
            };
            let outcome = harness.call().await;
            assert_eq!(outcome.code(), Code::Unauthenticated, "{outcome}");
            assert_eq!(outcome.status().message(), "unauthenticated");
            nothing_ran(&outcome);
        }
        let harness = Harness::new(case, production()).extension(right.clone());
        let outcome = harness.call().await;
        let id = outcome.attempts()[0].extensions().get::<String>();
        assert_eq!(id.map(String::as_str), Some("spiffe://prod/orders"));
    }
}

struct WhoAmI;

#[tonic::async_trait]
impl Greeter for WhoAmI {
    async fn say_hello(
        &self,
        request: Request<HelloRequest>,
    ) -> Result<Response<HelloReply>, Status> {
        let identity = request.extensions().get::<PeerIdentity>();
        let message = identity
            .and_then(PeerIdentity::spiffe_id)
            .unwrap_or("nobody");
        Ok(Response::new(HelloReply {
            message: message.to_owned(),
        }))
    }
}

fn identity(params: &CertificateParams, ca: &Ca) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, ca).unwrap();
    Identity::from_pem(certificate.pem(), key.serialize_pem())
}

/// With tonic's own TLS on both ends.
#[tokio::test]
async fn over_a_real_connection_the_handler_knows_who_calls() {
    let ca = ca();
    let root = Certificate::from_pem(ca.as_ref().pem());
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    let layer = ServerLayer::new(Authentication::new(Mtls::any()), &methods).unwrap();
    let tls = ServerTlsConfig::new()
        .identity(identity(&params(&[], &["localhost"]), &ca))
        .client_ca_root(root.clone())
        .client_auth_optional(true);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut server = Server::builder().tls_config(tls).unwrap().layer(layer);
    let server = server.add_service(GreeterServer::new(WhoAmI));
    let serving = tokio::spawn(server.serve_with_incoming(TcpListenerStream::new(listener)));

    let plain = ClientTlsConfig::new()
        .ca_certificate(root)
        .domain_name("localhost");
    let known = plain
        .clone()
        .identity(identity(&params(&["spiffe://prod/orders"], &[]), &ca));
    let endpoint = Channel::from_shared(format!("https://localhost:{port}")).unwrap();
    let source = || async { Token::new("t1") };
    for (tls, expected) in [
        (known, Ok("spiffe://prod/orders")),
        (plain, Err(Code::Unauthenticated)),
    ] {
        let endpoint = endpoint.clone().tls_config(tls).unwrap();
        let credentials = CallCredentials::new(source, endpoint.uri()).unwrap();
        let layer = ClientLayer::new(credentials, &methods).unwrap();
        let mut client = GreeterClient::new(layer.layer(endpoint.connect().await.unwrap()));
        let answer = client.say_hello(HelloRequest::default()).await;
        let answer = answer
            .map(|reply| reply.into_inner().message)
            .map_err(|status| status.code());
        assert_eq!(answer.as_deref(), expected.as_ref().map(|id| *id));
    }
    serving.abort();
}
