//! A server that asks for a JSON Web Token and looks at its roles, and a client whose token is fetched anew when the server
//! refuses it. The keys are made at the start.
//!
//! Run it: `cargo run --example auth`

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "shared/echo.rs"]
mod echo;

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use echo::EchoService;
use grpc_interceptor::auth::{
    Algorithm, Authentication, CallCredentials, Jwt, JwtKeys, Token, TokenSource,
};
use grpc_interceptor::authz::{Authorization, Rules};
use grpc_interceptor::tonic::transport::{Channel, Server, server::TcpIncoming};
use grpc_interceptor::{ConfigError, prelude::*};
use jsonwebtoken::{EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256};
use serde::{Deserialize, Serialize};
use testproto::echo::{EchoRequest, echo_client::EchoClient, echo_server::EchoServer};

const ISSUER: &str = "https://issuer.example";
const AUDIENCE: &str = "echo";

/// What a token says.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    exp: u64,
    roles: Vec<String>,
}

/// Who signs tokens.
#[derive(Clone)]
struct Issuer {
    key: Arc<KeyPair>,
    fetches: Arc<AtomicU64>,
    role: &'static str,
    /// The first token is over already, by the server's clock.
    is_late: bool,
}

impl Issuer {
    fn token(&self, exp: SystemTime) -> Result<String, Box<dyn Error + Send + Sync>> {
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
        let is_over = self.is_late && is_first;
        let exp = if is_over { now - hour } else { now + hour };
        let token = Issuer::token(self, exp);
        Token::new(&token.map_err(|error| Status::unavailable(error.to_string()))?)
    }
}

/// Admins may make both calls, readers one.
fn rules() -> Result<Rules<Claims>, ConfigError> {
    let has = |role: &'static str| move |claims: &Claims| claims.roles.iter().any(|it| it == role);
    Rules::new("echo")
        .allow("admins", "/echo.v1.Echo/*", has("admin"))?
        .allow("readers", "/echo.v1.Echo/UnaryEcho", has("reader"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let key = Arc::new(KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?);
    let keys = JwtKeys::pem(Algorithm::ES256, &key.public_key_pem())?;
    let jwt = Jwt::<Claims>::new(keys, ISSUER, AUDIENCE);
    let chain = (Authentication::new(jwt), Authorization::new(rules()?));

    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?;
    let channel = Channel::from_shared(format!("http://{}", incoming.local_addr()?))?;
    let channel = channel.connect_lazy();
    let mut server = Server::builder().layer(ServerLayer::new(chain, &methods)?);
    let server = server.add_service(EchoServer::new(EchoService));
    let server = tokio::spawn(server.serve_with_incoming(incoming));

    for (what, role, is_late, waits) in [
        ("allowed", "admin", false, false),
        ("denied", "guest", false, false),
        ("expired", "admin", true, false),
        ("refreshed", "admin", true, true),
    ] {
        let issuer = Issuer {
            key: Arc::clone(&key),
            fetches: Arc::default(),
            role,
            is_late,
        };
        show(what, issuer, waits, &channel, &methods).await?;
    }
    server.abort();
    Ok(())
}

/// A call with one reply, and one with a stream of them.
async fn show(
    what: &str,
    issuer: Issuer,
    resends: bool,
    channel: &Channel,
    methods: &Methods,
) -> Result<(), Box<dyn Error>> {
    for is_stream in [false, true] {
        let issuer = Issuer {
            fetches: Arc::default(),
            ..issuer.clone()
        };
        // On one machine; for another it is `CallCredentials::new`, with the URI of an endpoint that begins with https.
        let credentials = CallCredentials::over_plaintext(issuer.clone()).resends(resends);
        let credentials = credentials.min_token_age(Duration::ZERO);
        let layer = ClientLayer::new(credentials, methods)?;
        let mut client = EchoClient::new(layer.layer(channel.clone()));
        let request = EchoRequest {
            text: "hello".to_owned(),
            count: 2,
            ..EchoRequest::default()
        };
        let (kind, code) = if is_stream {
            let code = match client.server_stream(request).await {
                Ok(replies) => drain(replies.into_inner()).await,
                Err(status) => status.code(),
            };
            ("stream", code)
        } else {
            let reply = client.unary_echo(request).await;
            (
                "unary",
                reply.map_or_else(|status| status.code(), |_| Code::Ok),
            )
        };
        let fetches = issuer.fetches.load(SeqCst);
        println!("{what}, {kind}: {code:?} with {fetches} token(s)");
    }
    Ok(())
}

/// Reads a stream to its end.
async fn drain<T>(mut replies: tonic::Streaming<T>) -> Code {
    loop {
        match replies.message().await {
            Ok(Some(_)) => {}
            Ok(None) => return Code::Ok,
            Err(status) => return status.code(),
        }
    }
}
