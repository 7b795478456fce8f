//! A server that asks for a JSON Web Token and looks at its roles, and a client whose token is fetched anew when the server
//! refuses it. The keys are made at the start.
//!
//! Run it: `cargo run --example auth`

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "shared/echo.rs"]
mod echo;
#[path = "shared/issuer.rs"]
mod issuer;

use std::{error::Error, time::Duration};

use echo::EchoService;
use grpc_interceptor::auth::{Algorithm, Authentication, CallCredentials, Jwt, JwtKeys};
use grpc_interceptor::authz::{Authorization, Rules};
use grpc_interceptor::tonic::transport::{Channel, Server, server::TcpIncoming};
use grpc_interceptor::{ConfigError, prelude::*};
use issuer::{AUDIENCE, Claims, ISSUER, Issuer};
use testproto::echo::{EchoRequest, echo_client::EchoClient, echo_server::EchoServer};

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
    let issuer = Issuer::new()?;
    let keys = JwtKeys::pem(Algorithm::ES256, &issuer.public_key_pem())?;
    let jwt = Jwt::<Claims>::new(keys, ISSUER, AUDIENCE);
    let chain = (Authentication::new(jwt), Authorization::new(rules()?));

    let incoming = TcpIncoming::bind("127.0.0.1:0".parse()?)?;
    let channel = Channel::from_shared(format!("http://{}", incoming.local_addr()?))?;
    let channel = channel.connect_lazy();
    let mut server = Server::builder().layer(ServerLayer::new(chain, &methods)?);
    let server = server.add_service(EchoServer::new(EchoService));
    let server = tokio::spawn(server.serve_with_incoming(incoming));

    for (what, role, first_is_over, resends) in [
        ("allowed", "admin", false, false),
        ("denied", "guest", false, false),
        ("expired", "admin", true, false),
        ("refreshed", "admin", true, true),
    ] {
        for kind in ["unary", "stream"] {
            let source = issuer.client(role, first_is_over);
            // On one machine; for another it is `CallCredentials::new`, with the URI of an endpoint that begins with https.
            let credentials = CallCredentials::over_plaintext(source.clone()).resends(resends);
            let credentials = credentials.min_token_age(Duration::ZERO);
            let layer = ClientLayer::new(credentials, &methods)?;
            let mut client = EchoClient::new(layer.layer(channel.clone()));
            let request = EchoRequest::default();
            let status = match kind {
                "unary" => client.unary_echo(request).await.err(),
                _ => match client.server_stream(request).await {
                    Ok(replies) => replies.into_inner().message().await.err(),
                    Err(status) => Some(status),
                },
            };
            let code = status.map_or(Code::Ok, |status| status.code());
            println!(
                "{what}, {kind}: {code:?} with {} token(s)",
                source.fetches()
            );
        }
    }
    server.abort();
    Ok(())
}
