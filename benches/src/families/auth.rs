//! `auth`: a call with a JSON Web Token, above what it takes to verify that.

use grpc_interceptor::{
    Call, CallType, Next, Reply,
    auth::{Algorithm, Authentication, Jwt, JwtKeys},
    grpc_interceptor,
};
use http::{HeaderValue, header::AUTHORIZATION};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use tonic::Status;

use super::stack::{generated, server};
use crate::{Family, Row, Scenario, drive::unary};

const SECRET: [u8; 32] = [7; 32];

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

/// Verifies it, and nothing more.
#[grpc_interceptor]
struct Verifies(DecodingKey, Validation);

// === impl Sends ===

impl Sends {
    fn new() -> Self {
        let claims = Claims {
            sub: "alice".to_owned(),
            iss: "issuer".to_owned(),
            aud: "echo".to_owned(),
            exp: 4_102_444_800,
        };
        let key = EncodingKey::from_secret(&SECRET);
        let token = encode(&Header::new(Algorithm::HS256), &claims, &key).expect("a token");
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
    fn new() -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&["issuer"]);
        validation.set_audience(&["echo"]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.validate_nbf = true;
        Self(DecodingKey::from_secret(&SECRET), validation)
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

const VERIFY: Scenario = Scenario::new("unary/generated/server-verify", |calls| {
    unary(server((Sends::new(), Verifies::new()), generated()), calls);
});
const JWT: Scenario = Scenario::new("unary/generated/server-jwt", |calls| {
    let keys = JwtKeys::secret(Algorithm::HS256, &SECRET).expect("a secret");
    let jwt = Authentication::new(Jwt::<Claims>::new(keys, "issuer", "echo"));
    unary(server((Sends::new(), jwt), generated()), calls);
});

pub(super) const FAMILY: Family = Family {
    title: "`auth`, a call with a JSON Web Token",
    about: "Above an interceptor that does nothing but verify the token with jsonwebtoken. The key is in hand.",
    rows: &[
        Row::new("auth/jwt", "server, above verification itself", JWT)
            .over(VERIFY)
            .instructions(2_000),
    ],
};
