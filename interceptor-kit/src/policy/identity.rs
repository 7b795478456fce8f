//! Whom the certificate of a client names.

use std::sync::Arc;

use http::Extensions;
use interceptor_core::tonic::transport::{
    CertificateDer,
    server::{TcpConnectInfo, TlsConnectInfo},
};
use x509_parser::{
    certificate::X509Certificate, extensions::GeneralName, prelude::FromDer as _, x509::X509Name,
};

/// The certificates that a client showed, in DER, its own first: for transports other than tonic's, which put it into the
/// extensions of each request.
///
/// They are believed: the transport has verified the chain.
#[derive(Debug, Clone)]
pub struct PeerCertificates(Arc<Vec<Vec<u8>>>);

/// What the transport knows of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Nothing, or a connection without TLS.
    Plain,
    /// TLS, and the client showed no certificate.
    Anonymous,
    /// TLS, and a certificate that names it; boxed for its size.
    Identified(Box<PeerIdentity>),
    /// A certificate that cannot be read.
    Unreadable,
}

/// Whom the certificate of a client names: its SANs and its subject.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PeerIdentity {
    uris: Vec<String>,
    dns_names: Vec<String>,
    subject: String,
}

// === impl PeerCertificates ===

impl PeerCertificates {
    /// These certificates, in DER; none means that the client showed none over TLS.
    pub fn new(certificates: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self(Arc::new(certificates.into_iter().collect()))
    }
}

// === impl Transport ===

impl Transport {
    /// What the extensions of a request say.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        if let Some(PeerCertificates(certificates)) = extensions.get() {
            return Self::shown(certificates.first().map(Vec::as_slice));
        }
        let tcp = extensions.get::<TlsConnectInfo<TcpConnectInfo>>();
        let tcp = tcp.map(TlsConnectInfo::peer_certs);
        let Some(certificates) = tcp.or_else(|| over_a_socket(extensions)) else {
            return Self::Plain;
        };
        let first = certificates
            .as_ref()
            .and_then(|certificates| certificates.first());
        Self::shown(first.map(AsRef::as_ref))
    }

    fn shown(certificate: Option<&[u8]>) -> Self {
        match certificate.map(PeerIdentity::from_der) {
            None => Self::Anonymous,
            Some(Some(identity)) => Self::Identified(Box::new(identity)),
            Some(None) => Self::Unreadable,
        }
    }
}

/// The certificates of a client that speaks TLS, if it showed any.
type Certificates = Option<Arc<Vec<CertificateDer<'static>>>>;

/// What the client showed, over TLS on a Unix socket.
#[cfg(unix)]
fn over_a_socket(extensions: &Extensions) -> Option<Certificates> {
    use interceptor_core::tonic::transport::server::UdsConnectInfo;
    let uds = extensions.get::<TlsConnectInfo<UdsConnectInfo>>();
    uds.map(TlsConnectInfo::peer_certs)
}

#[cfg(not(unix))]
fn over_a_socket(_: &Extensions) -> Option<Certificates> {
    None
}

// === impl PeerIdentity ===

impl PeerIdentity {
    /// Reads a certificate in DER. None if it cannot be read.
    #[must_use]
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let mut identity = Self {
            subject: rfc2253(certificate.subject()),
            ..Self::default()
        };
        let names = certificate.subject_alternative_name().ok()?;
        for name in names.iter().flat_map(|names| &names.value.general_names) {
            match name {
                GeneralName::URI(uri) => identity.uris.push((*uri).to_owned()),
                GeneralName::DNSName(name) => identity.dns_names.push((*name).to_owned()),
                _ => {}
            }
        }
        Some(identity)
    }

    /// The URIs of the certificate's SAN.
    #[must_use]
    pub fn uris(&self) -> &[String] {
        &self.uris
    }

    /// The DNS names of the certificate's SAN.
    #[must_use]
    pub fn dns_names(&self) -> &[String] {
        &self.dns_names
    }

    /// The certificate's subject, as RFC 2253 writes it: the most specific part first.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The SPIFFE id, such as `spiffe://prod.example/orders`. A certificate with one has no other URI (X509-SVID, 2).
    #[must_use]
    pub fn spiffe_id(&self) -> Option<&str> {
        match &self.uris[..] {
            [uri] if uri.starts_with("spiffe://") && uri.len() > "spiffe://".len() => Some(uri),
            _ => None,
        }
    }

    /// What a rule about principals is compared with: the URIs; only if there are none the DNS names; only if there is
    /// neither the subject (gRFC A41).
    pub fn principals(&self) -> impl Iterator<Item = &str> {
        let subject = self.uris.is_empty() && self.dns_names.is_empty();
        let names = if self.uris.is_empty() {
            &self.dns_names
        } else {
            &self.uris
        };
        let subject = subject.then_some(&*self.subject);
        names.iter().map(String::as_str).chain(subject)
    }
}

/// `CN=orders,O=Example`: the last part of a name comes first.
fn rfc2253(name: &X509Name<'_>) -> String {
    let parts: Vec<String> = name.iter_rdn().map(part).collect();
    let parts: Vec<&str> = parts.iter().rev().map(String::as_str).collect();
    parts.join(",")
}

fn part(part: &x509_parser::x509::RelativeDistinguishedName<'_>) -> String {
    let pairs = part.iter().map(|pair| {
        let oid = pair.attr_type();
        let key = x509_parser::objects::oid2abbrev(oid, x509_parser::objects::oid_registry());
        let key = key.map_or_else(|_| oid.to_id_string(), ToOwned::to_owned);
        format!("{key}={}", escaped(pair.as_str().unwrap_or_default()))
    });
    pairs.collect::<Vec<_>>().join("+")
}

/// The characters of RFC 2253, 2.4.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let last = text.chars().count().saturating_sub(1);
    for (index, character) in text.chars().enumerate() {
        let at_an_edge =
            (character == ' ' && (index == 0 || index == last)) || (character == '#' && index == 0);
        if at_an_edge || matches!(character, ',' | '+' | '"' | '\\' | '<' | '>' | ';') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
