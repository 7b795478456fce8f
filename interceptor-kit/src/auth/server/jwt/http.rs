use std::{error::Error, fmt, sync::Arc};

use bytes::Bytes;
use http::{Uri, header::ACCEPT};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use interceptor_core::ConfigError;

use rustls::{ClientConfig, RootCertStore, crypto::ring};

use super::JwksSource;

/// No set of keys is larger than that: 1 MiB.
const MAX_BYTES: usize = 1024 * 1024;

/// The keys behind a URL, such as `https://issuer.example/.well-known/jwks.json`.
///
/// HTTP/1.1 over TLS with the roots of the operating system. Redirects are not followed.
#[derive(Clone)]
pub struct HttpJwks {
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    url: Uri,
}

// === impl HttpJwks ===

impl HttpJwks {
    /// The keys behind this URL.
    ///
    /// # Errors
    ///
    /// A text that is no URL, or one of another scheme than `https`: who can change the keys on their way can call as
    /// anybody. No roots on this machine.
    pub fn new(url: &str) -> Result<Self, ConfigError> {
        Self::of(url, "https")
    }

    /// The keys behind a URL with the scheme `http`, for a sidecar on the same machine.
    ///
    /// # Errors
    ///
    /// A text that is no URL, or one of another scheme than `http`.
    pub fn over_plaintext(url: &str) -> Result<Self, ConfigError> {
        Self::of(url, "http")
    }

    fn of(url: &str, scheme: &str) -> Result<Self, ConfigError> {
        let parsed: Option<Uri> = url.parse().ok();
        let url = parsed
            .filter(|parsed| parsed.scheme_str() == Some(scheme) && parsed.host().is_some())
            .ok_or_else(|| {
                ConfigError::new(format!("`{url}` is not a URL that begins with {scheme}://"))
            })?;
        let tls = match scheme {
            "https" => roots()?,
            _ => RootCertStore::empty(),
        };
        let connector = HttpsConnectorBuilder::new().with_tls_config(config(tls)?);
        let connector = connector.https_or_http().enable_http1().build();
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { client, url })
    }
}

impl JwksSource for HttpJwks {
    async fn fetch(&self) -> Result<String, Box<dyn Error + Send + Sync>> {
        let request = http::Request::get(self.url.clone())
            .header(ACCEPT, "application/jwk-set+json, application/json")
            .body(Empty::new())?;
        let response = self.client.request(request).await?;
        let status = response.status();
        if !status.is_success() {
            return Err(format!("{} answers {status}", self.url).into());
        }
        let body = Limited::new(response.into_body(), MAX_BYTES)
            .collect()
            .await?;
        Ok(String::from_utf8(body.to_bytes().to_vec())?)
    }
}

impl fmt::Debug for HttpJwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpJwks({})", self.url)
    }
}

/// Those of the operating system.
fn roots() -> Result<RootCertStore, ConfigError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (usable, _) = roots.add_parsable_certificates(found.certs);
    if usable == 0 {
        return Err(ConfigError::new("this machine has no TLS roots"));
    }
    Ok(roots)
}

/// With ring, whatever else the program has chosen for itself.
fn config(roots: RootCertStore) -> Result<ClientConfig, ConfigError> {
    let provider = Arc::new(ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConfigError::new(format!("ring lacks what TLS needs: {error}")))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}
