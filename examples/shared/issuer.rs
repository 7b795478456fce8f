//! Who signs tokens: of a real program another one, on another machine.

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use grpc_interceptor::auth::{Algorithm, Token, TokenSource};
use jsonwebtoken::{EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde::{Deserialize, Serialize};
use tonic::Status;

pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const AUDIENCE: &str = "echo";

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    iss: String,
    aud: String,
    exp: u64,
    pub(crate) roles: Vec<String>,
}

/// The issuer, as a client with this role sees it.
#[derive(Debug, Clone)]
pub(crate) struct Issuer {
    key: Arc<KeyPair>,
    fetches: Arc<AtomicU64>,
    role: &'static str,
    first_is_over: bool,
}

// === impl Issuer ===

impl Issuer {
    /// With a key that is made now.
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            key: Arc::new(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?),
            fetches: Arc::default(),
            role: "",
            first_is_over: false,
        })
    }

    pub(crate) fn public_key_pem(&self) -> String {
        self.key.public_key_pem()
    }

    /// For a client that has not fetched any token yet. Its first one may be over already, by the server's clock.
    pub(crate) fn client(&self, role: &'static str, first_is_over: bool) -> Self {
        Self {
            key: Arc::clone(&self.key),
            fetches: Arc::default(),
            role,
            first_is_over,
        }
    }

    pub(crate) fn fetches(&self) -> u64 {
        self.fetches.load(SeqCst)
    }

    fn sign(&self, exp: SystemTime) -> Result<String, Box<dyn Error>> {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            exp: exp.duration_since(UNIX_EPOCH)?.as_secs(),
            roles: vec![self.role.to_owned()],
        };
        let key = EncodingKey::from_ec_der(self.key.serialized_der());
        Ok(encode(&Header::new(Algorithm::ES256), &claims, &key)?)
    }
}

impl TokenSource for Issuer {
    async fn token(&self) -> Result<Token, Status> {
        let is_first = self.fetches.fetch_add(1, SeqCst) == 0;
        let (now, hour) = (SystemTime::now(), Duration::from_secs(3600));
        let is_over = self.first_is_over && is_first;
        let token = self.sign(if is_over { now - hour } else { now + hour });
        Token::new(&token.map_err(|error| Status::unavailable(error.to_string()))?)
    }
}
