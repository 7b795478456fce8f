//! `auth`: a call with a JSON Web Token, above what it takes to verify that.

use std::error::Error;

use grpc_interceptor::{
    Call, CallType, Next, Reply,
    auth::{Algorithm, Authentication, Jwks, JwksSource, Jwt, JwtKeys},
    grpc_interceptor,
};
use http::{HeaderValue, header::AUTHORIZATION};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use tonic::Status;

use super::stack::{generated, server};
use crate::{Family, Row, Scenario, drive::unary};

const SECRET: [u8; 32] = [7; 32];

/// A public key, and a token that was signed with the private one: the same claims as of the other.
const JWK: (&str, &str) = ("2026-11", "on6BzeiNIpUzWZQr1ZwFgwqYR5-o5KK7pCGdprN8EYc");
const SIGNED: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJFZERTQSIsImtpZCI6IjIwMjYtMTEifQ\
    .eyJzdWIiOiJhbGljZSIsImlzcyI6Imlzc3VlciIsImF1ZCI6ImVjaG8iLCJleHAiOjQxMDI0NDQ4MDB9\
    .jPGHAc4TlOiegfK72W2vgdvd-lHKtXuM1R-vhZVVBhpTojKcBjhzhSgRBKP1BXkNui7iz1gwlQEMv8xTG4OHDg";

#[derive(Clone, Serialize, Deserialize)]
struct Claims {
    sub: String,
    iss: String,
    aud: String,
    exp: u64,
}

/// Puts a token into each call.
#[grpc_interceptor]
struct Sends(HeaderValue);

/// The document of an issuer, which is always there.
struct Document;

/// Verifies it, and nothing more.
#[grpc_interceptor]
struct Verifies(DecodingKey, Validation);

// === impl Sends ===

impl Sends {
    fn secret() -> Self {
        let claims = Claims {
            sub: "alice".to_owned(),
            iss: "issuer".to_owned(),
            aud: "echo".to_owned(),
            exp: 4_102_444_800,
        };
        let key = EncodingKey::from_secret(&SECRET);
        let token = encode(&Header::new(Algorithm::HS256), &claims, &key);
        Self::token(&token.expect("a token"))
    }

    fn token(token: &str) -> Self {
        Self(HeaderValue::try_from(format!("Bearer {token}")).expect("a header's value"))
    }

    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let headers = call.metadata_mut().as_mut();
        headers.insert(AUTHORIZATION, self.0.clone());
        next.run(call).await
    }
}

// === impl Verifies ===

impl Verifies {
    fn new(algorithm: Algorithm, key: DecodingKey) -> Self {
        let mut validation = Validation::new(algorithm);
        validation.set_issuer(&["issuer"]);
        validation.set_audience(&["echo"]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.validate_nbf = true;
        Self(key, validation)
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let value = call.metadata().as_ref().get(AUTHORIZATION);
        let token = value.and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
        let token = token.map(|token| decode::<Claims>(token, &self.0, &self.1));
        match token {
            Some(Ok(_)) => next.run(call).await,
            _ => Err(Status::unauthenticated("")),
        }
    }
}

// === impl Document ===

impl JwksSource for Document {
    async fn fetch(&self) -> Result<String, Box<dyn Error + Send + Sync>> {
        let (kid, x) = JWK;
        Ok(format!(
            r#"{{ "keys": [{{ "kty": "OKP", "crv": "Ed25519", "kid": "{kid}", "x": "{x}" }}] }}"#
        ))
    }
}

const VERIFY: Scenario = Scenario::new("unary/generated/server-verify", |calls| {
    let verifies = Verifies::new(Algorithm::HS256, DecodingKey::from_secret(&SECRET));
    unary(server((Sends::secret(), verifies), generated()), calls);
});
const JWT: Scenario = Scenario::new("unary/generated/server-jwt", |calls| {
    let keys = JwtKeys::secret(Algorithm::HS256, &SECRET).expect("a secret");
    let jwt = Authentication::new(Jwt::<Claims>::new(keys, "issuer", "echo"));
    unary(server((Sends::secret(), jwt), generated()), calls);
});
const VERIFY_SIGNED: Scenario = Scenario::new("unary/generated/server-verify-signed", |calls| {
    let key = DecodingKey::from_ed_components(JWK.1).expect("a key");
    let chain = (Sends::token(SIGNED), Verifies::new(Algorithm::EdDSA, key));
    unary(server(chain, generated()), calls);
});
const JWKS: Scenario = Scenario::new("unary/generated/server-jwks", |calls| {
    let jwks = Jwks::new(Document, [Algorithm::EdDSA]).expect("an algorithm of key pairs");
    let jwt = Authentication::new(Jwt::<Claims>::new(jwks, "issuer", "echo"));
    unary(server((Sends::token(SIGNED), jwt), generated()), calls);
});

pub(super) const FAMILY: Family = Family {
    title: "`auth`, a call with a JSON Web Token",
    about: "Above an interceptor that does nothing but verify the token with jsonwebtoken. The key is in hand: a secret of \
            HS256, or one of a JWKS that was fetched before, for EdDSA.",
    rows: &[
        Row::new("auth/jwt", "server, above verification itself", JWT)
            .over(VERIFY)
            .instructions(2_000),
        Row::new("auth/jwks", "server, the key by its id in a JWKS", JWKS)
            .over(VERIFY_SIGNED)
            .instructions(2_000),
    ],
};
