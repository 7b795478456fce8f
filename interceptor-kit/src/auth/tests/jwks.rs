use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use interceptor_core::{Side, tonic::Code};
use interceptor_test::{Case, Ending, Harness};
use jsonwebtoken::Header;
use serde_json::{Value, json};
use tokio::time::advance;

use super::jwt::{Issuer, call, claims, jwt};
use crate::auth::*;

/// A JWKS endpoint.
#[derive(Clone, Default)]
struct Endpoint(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    document: Option<String>,
    takes: Duration,
    fetches: usize,
}

impl Endpoint {
    fn with(keys: &[Value]) -> Self {
        let endpoint = Self::default();
        endpoint.serves(keys);
        endpoint
    }

    fn serves(&self, keys: &[Value]) {
        self.0.lock().unwrap().document = Some(json!({ "keys": keys }).to_string());
    }

    fn says(&self, document: Option<&str>) {
        self.0.lock().unwrap().document = document.map(ToOwned::to_owned);
    }

    fn takes(&self, time: Duration) {
        self.0.lock().unwrap().takes = time;
    }

    fn fetches(&self) -> usize {
        self.0.lock().unwrap().fetches
    }

    fn jwks(&self) -> Jwks {
        Jwks::new(self.clone(), [Algorithm::ES256]).unwrap()
    }
}

impl JwksSource for Endpoint {
    async fn fetch(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let (document, takes) = {
            let mut state = self.0.lock().unwrap();
            state.fetches += 1;
            (state.document.clone(), state.takes)
        };
        tokio::time::sleep(takes).await;
        document.ok_or("it is down".into())
    }
}

fn signed(issuer: &Issuer, kid: &str) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = Some(kid.to_owned());
    issuer.sign(&header, &claims())
}

async fn code(jwks: &Jwks, token: &str) -> Code {
    let mut codes: Vec<Code> = Vec::new();
    for case in Case::on(Side::Server) {
        codes.push(call(case, jwt(jwks.clone()), token).await.code());
    }
    assert!(codes.windows(2).all(|pair| pair[0] == pair[1]), "{codes:?}");
    codes[0]
}

/// A fetch in the background has its turn.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_once_and_kept() {
    let issuer = Issuer::es256();
    let endpoint = Endpoint::with(&[issuer.jwk("a"), Issuer::es256().jwk("b")]);
    let jwks = endpoint.jwks();
    for _ in 0..3 {
        assert_eq!(code(&jwks, &signed(&issuer, "a")).await, Code::Ok);
    }
    assert_eq!(
        code(&jwks, &signed(&issuer, "b")).await,
        Code::Unauthenticated
    );
    assert_eq!(
        code(&jwks, &issuer.token(&claims())).await,
        Code::Ok,
        "without a kid any may be meant"
    );
    assert_eq!(endpoint.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn calls_at_once_share_the_first_fetch() {
    let issuer = Issuer::es256();
    let endpoint = Endpoint::with(&[issuer.jwk("a")]);
    endpoint.takes(Duration::from_secs(2));
    let (jwks, token) = (endpoint.jwks(), signed(&issuer, "a"));
    let calls = (0..10).map(|_| code(&jwks, &token));
    let codes = futures_util::future::join_all(calls).await;
    assert_eq!(codes, [Code::Ok; 10]);
    assert_eq!(endpoint.fetches(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_kid_fetches_at_most_once_an_interval() {
    let (old, new) = (Issuer::es256(), Issuer::es256());
    let endpoint = Endpoint::with(&[old.jwk("a")]);
    let jwks = endpoint.jwks().min_interval(Duration::from_secs(30));
    assert_eq!(code(&jwks, &signed(&old, "a")).await, Code::Ok);

    endpoint.serves(&[old.jwk("a"), new.jwk("b")]);
    assert_eq!(
        code(&jwks, &signed(&new, "b")).await,
        Code::Unauthenticated,
        "too early"
    );
    assert_eq!(endpoint.fetches(), 1);
    advance(Duration::from_secs(31)).await;
    assert_eq!(code(&jwks, &signed(&new, "b")).await, Code::Ok);
    assert_eq!(endpoint.fetches(), 2);
    for made_up in 0..10 {
        let token = signed(&new, &format!("made-up-{made_up}"));
        assert_eq!(code(&jwks, &token).await, Code::Unauthenticated);
    }
    assert_eq!(endpoint.fetches(), 2);
}

#[tokio::test(start_paused = true)]
async fn old_keys_are_fetched_anew_and_nobody_waits() {
    let issuer = Issuer::es256();
    let endpoint = Endpoint::with(&[issuer.jwk("a")]);
    let jwks = endpoint.jwks().refresh_every(Duration::from_secs(60));
    let token = signed(&issuer, "a");
    assert_eq!(code(&jwks, &token).await, Code::Ok);

    endpoint.takes(Duration::from_secs(5));
    endpoint.serves(&[Issuer::es256().jwk("c")]);
    advance(Duration::from_secs(60)).await;
    let before = tokio::time::Instant::now();
    assert_eq!(code(&jwks, &token).await, Code::Ok, "with the old keys");
    assert_eq!(before.elapsed(), Duration::ZERO);
    settle().await; // it has begun
    advance(Duration::from_secs(6)).await;
    settle().await;
    assert_eq!(endpoint.fetches(), 2);
    assert_eq!(
        code(&jwks, &token).await,
        Code::Unauthenticated,
        "that key is gone"
    );
}

/// Under its old id: what was known of the old one is not known of the new one.
#[tokio::test(start_paused = true)]
async fn a_key_that_is_replaced_under_its_id_opens_nothing() {
    let (old, new) = (Issuer::es256(), Issuer::es256());
    let endpoint = Endpoint::with(&[old.jwk("a")]);
    let jwks = endpoint.jwks().refresh_every(Duration::from_secs(60));
    assert_eq!(code(&jwks, &signed(&old, "a")).await, Code::Ok);
    assert_eq!(code(&jwks, &signed(&new, "a")).await, Code::Unauthenticated);
    endpoint.serves(&[new.jwk("a")]);
    advance(Duration::from_secs(60)).await;
    assert_eq!(code(&jwks, &signed(&old, "a")).await, Code::Ok);
    settle().await;
    assert_eq!(code(&jwks, &signed(&old, "a")).await, Code::Unauthenticated);
    assert_eq!(code(&jwks, &signed(&new, "a")).await, Code::Ok);
}

/// Who waits may go away: the fetch goes on, for the next one.
#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_does_not_stop_the_fetch() {
    let issuer = Issuer::es256();
    let token = signed(&issuer, "a");
    for case in Case::on(Side::Server) {
        let endpoint = Endpoint::with(&[issuer.jwk("a")]);
        endpoint.takes(Duration::from_secs(2));
        let jwks = endpoint.jwks();
        let harness = Harness::new(case, Authentication::new(jwt(jwks.clone())))
            .metadata("authorization", &format!("Bearer {token}"))
            .patience(Duration::from_secs(1));
        assert_eq!(harness.call().await.ending(), Ending::Hung);
        advance(Duration::from_secs(2)).await;
        settle().await;
        assert_eq!(call(case, jwt(jwks), &token).await.code(), Code::Ok);
        assert_eq!(endpoint.fetches(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn it_serves_on_while_the_endpoint_is_down() {
    let issuer = Issuer::es256();
    let endpoint = Endpoint::with(&[issuer.jwk("a")]);
    let jwks = endpoint.jwks().refresh_every(Duration::from_secs(60));
    let token = signed(&issuer, "a");
    assert_eq!(code(&jwks, &token).await, Code::Ok);
    let broken = [
        None,
        Some("<html>"),
        Some("{}"),
        Some(r#"{"keys":[]}"#),
        Some(r#"{"keys":[{"kty":"oct","k":"YWJj"}]}"#),
    ];
    for document in broken {
        endpoint.says(document);
        for _ in 0..5 {
            advance(Duration::from_secs(100)).await;
            assert_eq!(code(&jwks, &token).await, Code::Ok, "{document:?}");
            settle().await;
        }
    }
    assert!(endpoint.fetches() > 20, "{}", endpoint.fetches());
}

#[tokio::test(start_paused = true)]
async fn without_any_keys_calls_are_unavailable_until_there_are_some() {
    let issuer = Issuer::es256();
    let endpoint = Endpoint::default();
    let jwks = endpoint.jwks();
    let token = signed(&issuer, "a");
    assert!(jwks.load().await.is_err());
    assert_eq!(code(&jwks, &token).await, Code::Unavailable);
    assert_eq!(endpoint.fetches(), 1, "not for each call");
    endpoint.serves(&[issuer.jwk("a")]);
    advance(Duration::from_secs(30)).await;
    assert_eq!(code(&jwks, &token).await, Code::Ok);
    assert!(jwks.load().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_hangs_is_given_up() {
    let endpoint = Endpoint::with(&[]);
    endpoint.takes(Duration::from_secs(3600));
    let jwks = endpoint.jwks().timeout(Duration::from_secs(3));
    let before = tokio::time::Instant::now();
    assert!(jwks.load().await.is_err());
    assert_eq!(before.elapsed().as_secs(), 3);
}

/// A set is public: no secret in it verifies anything; a key for encryption or for another algorithm does not either.
#[tokio::test(start_paused = true)]
async fn keys_for_other_things_are_passed_over() {
    let issuer = Issuer::es256();
    let change = |name: &str, value: Value| {
        let mut jwk = issuer.jwk("a");
        jwk[name] = value;
        jwk
    };
    let others = [
        change("use", json!("enc")),
        change("alg", json!("ES384")),
        change("key_ops", json!(["sign"])),
    ];
    for other in others {
        let endpoint = Endpoint::with(&[other.clone(), Issuer::es256().jwk("b")]);
        let answer = code(&endpoint.jwks(), &signed(&issuer, "a")).await;
        assert_eq!(answer, Code::Unauthenticated, "{other}");
    }
    assert!(Jwks::new(Endpoint::default(), [Algorithm::HS256]).is_err());
    assert!(Jwks::new(Endpoint::default(), []).is_err());
}

/// Over a socket, from a server that is nothing but bytes.
#[tokio::test]
async fn http_gets_the_document_and_says_what_is_wrong() {
    let ok = "HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"keys\":[]}";
    let (url, request) = serve(ok).await;
    let source = HttpJwks::over_plaintext(&url).unwrap();
    assert_eq!(source.fetch().await.unwrap(), r#"{"keys":[]}"#);
    assert!(
        request
            .await
            .unwrap()
            .starts_with("GET /jwks.json HTTP/1.1\r\n")
    );

    let (url, _) = serve("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n").await;
    let error = HttpJwks::over_plaintext(&url).unwrap().fetch().await;
    assert!(error.unwrap_err().to_string().contains("503"));
    assert!(HttpJwks::new(&url).is_err(), "plaintext");
    assert!(HttpJwks::new("no url").is_err());
}

async fn serve(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 4096];
        let read = socket.read(&mut request).await.unwrap();
        socket.write_all(answer.as_bytes()).await.unwrap();
        socket.flush().await.unwrap();
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    (url, served)
}
