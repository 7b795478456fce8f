use std::time::{Duration, SystemTime, UNIX_EPOCH};

use interceptor_core::{Side, tonic::Code};
use interceptor_test::{Case, Harness, Outcome};
use jsonwebtoken::{EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519, PublicKeyData as _};
use serde_json::{Value, json};

use super::nothing_ran;
use crate::auth::*;

/// An issuer: a key pair, and what it says of its tokens.
pub(super) struct Issuer {
    pair: KeyPair,
    algorithm: Algorithm,
}

impl Issuer {
    pub(super) fn es256() -> Self {
        Self {
            pair: KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap(),
            algorithm: Algorithm::ES256,
        }
    }

    fn ed25519() -> Self {
        Self {
            pair: KeyPair::generate_for(&PKCS_ED25519).unwrap(),
            algorithm: Algorithm::EdDSA,
        }
    }

    fn keys(&self) -> JwtKeys {
        JwtKeys::pem(self.algorithm, &self.pair.public_key_pem()).unwrap()
    }

    pub(super) fn sign(&self, header: &Header, claims: &Value) -> String {
        let der = self.pair.serialized_der();
        let key = match self.algorithm {
            Algorithm::EdDSA => EncodingKey::from_ed_der(der),
            _ => EncodingKey::from_ec_der(der),
        };
        encode(header, claims, &key).unwrap()
    }

    pub(super) fn token(&self, claims: &Value) -> String {
        self.sign(&Header::new(self.algorithm), claims)
    }

    /// As a JWK: the point of an uncompressed EC key is 0x04, x, y.
    pub(super) fn jwk(&self, kid: &str) -> Value {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
        let point = self.pair.der_bytes();
        let (x, y) = point[1..].split_at(32);
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": kid, "x": BASE64.encode(x), "y": BASE64.encode(y) })
    }
}

/// So many seconds from now.
pub(super) fn at(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap() + seconds
}

pub(super) fn claims() -> Value {
    json!({ "sub": "alice", "iss": "https://issuer", "aud": "orders", "exp": at(600), "nbf": at(-600) })
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

pub(super) fn jwt(keys: impl Into<JwtKeys>) -> Jwt<Value> {
    Jwt::new(keys, "https://issuer", "orders")
}

pub(super) async fn call(case: Case, jwt: Jwt<Value>, token: &str) -> Outcome {
    Harness::new(case, Authentication::new(jwt))
        .metadata("authorization", &format!("Bearer {token}"))
        .call()
        .await
}

async fn is_refused(case: Case, jwt: Jwt<Value>, token: &str, what: &str) {
    let outcome = call(case, jwt, token).await;
    assert_eq!(outcome.code(), Code::Unauthenticated, "{what}: {outcome}");
    assert_eq!(outcome.status().message(), "unauthenticated");
    nothing_ran(&outcome);
}

#[tokio::test(start_paused = true)]
async fn a_good_token_passes_with_its_claims() {
    for case in Case::on(Side::Server) {
        for issuer in [Issuer::es256(), Issuer::ed25519()] {
            let outcome = call(case, jwt(issuer.keys()), &issuer.token(&claims())).await;
            assert_eq!(outcome.code(), Code::Ok, "{outcome}");
            let claims = outcome.attempts()[0].extensions().get::<Value>().unwrap();
            assert_eq!(claims["sub"], "alice");
        }
    }
}

/// Each claim by itself.
#[tokio::test(start_paused = true)]
async fn a_claim_that_is_wrong_or_missing_is_refused() {
    let issuer = Issuer::es256();
    let wrong = [
        with("exp", json!(at(-31))),
        with("exp", json!(at(600).to_string())),
        with("exp", Value::Null),
        without("exp"),
        with("nbf", json!(at(600))),
        with("aud", json!("invoices")),
        with("aud", json!(["invoices"])),
        with("aud", json!([])),
        without("aud"),
        with("iss", json!("https://issuer.evil")),
        without("iss"),
    ];
    for case in Case::on(Side::Server) {
        for claims in &wrong {
            let token = issuer.token(claims);
            is_refused(case, jwt(issuer.keys()), &token, &claims.to_string()).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn clocks_may_differ_by_the_leeway_and_no_more() {
    let issuer = Issuer::es256();
    let ten_minutes = Duration::from_secs(600);
    for case in Case::on(Side::Server) {
        for claims in [with("exp", json!(at(-300))), with("nbf", json!(at(300)))] {
            let token = issuer.token(&claims);
            let lenient = jwt(issuer.keys()).leeway(ten_minutes);
            let outcome = call(case, lenient, &token).await;
            assert_eq!(outcome.code(), Code::Ok, "{outcome}");
            is_refused(
                case,
                jwt(issuer.keys()),
                &token,
                "the default of 30 seconds",
            )
            .await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn other_issuers_and_audiences_have_to_be_named() {
    let issuer = Issuer::es256();
    let mut other = with("iss", json!("https://other"));
    other["aud"] = json!(["invoices", "else"]);
    let token = issuer.token(&other);
    for case in Case::on(Side::Server) {
        let both = jwt(issuer.keys())
            .or_issuer("https://other")
            .or_audience("invoices");
        assert_eq!(call(case, both, &token).await.code(), Code::Ok);
        let one = jwt(issuer.keys()).or_issuer("https://other");
        is_refused(case, one, &token, "another audience").await;
    }
}

/// Tokens that are not this issuer's, or not whole. Some of them have the header of a good one, byte for byte.
fn forged(issuer: &Issuer) -> Vec<(&'static str, String)> {
    let pem = issuer.pair.public_key_pem();
    let confused = encode(
        &Header::new(Algorithm::HS256),
        &claims(),
        &EncodingKey::from_secret(pem.as_bytes()),
    );
    let good = issuer.token(&claims());
    let (header, rest) = good.split_once('.').unwrap();
    let (signed, _) = good.rsplit_once('.').unwrap();
    let mut critical = Header::new(Algorithm::ES256);
    critical.crit = Some(vec!["b64".to_owned()]);
    vec![
        ("hs256 with the public key", confused.unwrap()),
        ("none", format!("eyJhbGciOiJub25lIn0.{rest}")),
        ("without a signature", format!("{signed}.")),
        ("another's key", Issuer::es256().token(&claims())),
        ("another algorithm", Issuer::ed25519().token(&claims())),
        ("crit", issuer.sign(&critical, &claims())),
        ("changed", good.replacen('.', ".e", 1)),
        ("a header and no more", format!("{header}.")),
        ("one part", "abc".to_owned()),
        ("four parts", format!("{header}.{good}")),
        ("a dot", ".".to_owned()),
        ("nothing", String::new()),
    ]
}

/// What the token says of its algorithm chooses nothing: the public key is no secret of HS256, and `none` is none.
#[tokio::test(start_paused = true)]
async fn the_algorithm_is_the_keys() {
    let issuer = Issuer::es256();
    for case in Case::on(Side::Server) {
        for (what, token) in &forged(&issuer) {
            is_refused(case, jwt(issuer.keys()), token, what).await;
        }
    }
}

/// A key knows the header of a token that it has verified. That is no more than a header.
#[tokio::test(start_paused = true)]
async fn a_header_that_is_known_opens_nothing() {
    let issuer = Issuer::es256();
    let (good, over) = (
        issuer.token(&claims()),
        issuer.token(&with("exp", json!(at(-31)))),
    );
    for case in Case::on(Side::Server) {
        let shared = jwt(issuer.keys());
        for (what, token) in &forged(&issuer) {
            assert_eq!(call(case, shared.clone(), &good).await.code(), Code::Ok);
            is_refused(case, shared.clone(), token, what).await;
            is_refused(case, shared.clone(), &over, "over").await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_secret_and_several_keys() {
    let secret = [7; 32];
    let (old, new) = (Issuer::es256(), Issuer::es256());
    let hs = encode(
        &Header::new(Algorithm::HS256),
        &claims(),
        &EncodingKey::from_secret(&secret),
    )
    .unwrap();
    let keys = JwtKeys::secret(Algorithm::HS256, &secret).unwrap();
    let keys = keys.or(old.keys()).unwrap().or(new.keys()).unwrap();
    for case in Case::on(Side::Server) {
        for token in [&hs, &old.token(&claims()), &new.token(&claims())] {
            let outcome = call(case, jwt(keys.clone()), token).await;
            assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        }
        is_refused(
            case,
            jwt(keys.clone()),
            &Issuer::es256().token(&claims()),
            "none of them",
        )
        .await;
    }
}

#[test]
fn keys_that_are_none_are_named() {
    let pem = Issuer::es256().pair.public_key_pem();
    assert!(JwtKeys::pem(Algorithm::ES256, "no pem").is_err());
    assert!(JwtKeys::pem(Algorithm::RS256, &pem).is_err());
    let told = JwtKeys::pem(Algorithm::HS256, &pem)
        .unwrap_err()
        .to_string();
    assert!(told.contains("JwtKeys::secret"), "{told}");
    assert!(JwtKeys::secret(Algorithm::HS256, &[0; 31]).is_err());
    assert!(JwtKeys::secret(Algorithm::ES256, &[0; 64]).is_err());
}
