//! A policy in the JSON of gRFC A43, in a file that changes while the server runs, with the audit log of A59.
//!
//! Run it: `cargo run --example authz`

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

#[path = "shared/echo.rs"]
mod echo;

use std::{error::Error, fs, sync::Arc, time::Duration};

use echo::EchoService;
use grpc_interceptor::authz::{AuditEvent, AuditLogger, AuditLoggers, Authorization, PolicyFile};
use grpc_interceptor::prelude::*;
use testproto::echo::{EchoRequest, echo_client::EchoClient, echo_server::EchoServer};
use tonic::Request;

/// Those of this version of the program may call what `paths` say.
fn policy(paths: &str) -> String {
    format!(
        r#"{{
            "name": "echo",
            "allow_rules": [{{
                "name": "beta",
                "request": {{ "paths": ["{paths}"], "headers": [{{ "key": "x-channel", "values": ["beta"] }}] }}
            }}],
            "audit_logging_options": {{
                "audit_condition": "ON_DENY_AND_ALLOW",
                "audit_loggers": [{{ "name": "printer" }}]
            }}
        }}"#
    )
}

struct Printer;

impl AuditLogger for Printer {
    fn log(&self, event: &AuditEvent<'_>) {
        let AuditEvent {
            rpc_method,
            matched_rule,
            authorized,
            ..
        } = event;
        println!("  audit: {rpc_method} rule={matched_rule:?} authorized={authorized}");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::temp_dir().join(format!("echo-policy-{}.json", std::process::id()));
    fs::write(&path, policy("/echo.v1.Echo/UnaryEcho"))?;

    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
    let loggers = AuditLoggers::new().register("printer", |_| Ok(Arc::new(Printer)));
    let file = PolicyFile::watch_with(&path, Duration::from_millis(10), loggers)?;
    let layer = ServerLayer::new(Authorization::new(file.clone()), &methods)?;
    let mut client = EchoClient::new(layer.layer(EchoServer::new(EchoService)));

    println!("the first policy");
    calls(&mut client).await;
    for (what, text) in [
        ("a broken one changes nothing", "{".to_owned()),
        ("the next one", policy("/echo.v1.Echo/*")),
    ] {
        println!("{what}");
        let before = file.policy();
        fs::write(&path, &text)?;
        let is_valid = text.len() > 1;
        let changed = async {
            while is_valid && Arc::ptr_eq(&before, &file.policy()) {
                tokio::time::sleep(Duration::from_millis(5)).await; // real time, no test: it waits for the file
            }
        };
        tokio::time::timeout(Duration::from_secs(30), changed).await?;
        calls(&mut client).await;
    }
    fs::remove_file(&path)?;
    Ok(())
}

/// A unary call and a stream, with the header, and the unary call without it.
async fn calls<S>(client: &mut EchoClient<S>)
where
    S: tonic::client::GrpcService<tonic::body::Body>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
    S::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    <S::ResponseBody as http_body::Body>::Error: Into<Box<dyn Error + Send + Sync>> + Send,
{
    for (is_stream, channel) in [(false, "beta"), (true, "beta"), (false, "stable")] {
        let mut request = Request::new(EchoRequest::default());
        request
            .metadata_mut()
            .insert("x-channel", channel.parse().expect("a header's value"));
        let code = if is_stream {
            client.server_stream(request).await.map(drop)
        } else {
            client.unary_echo(request).await.map(drop)
        };
        let code = code.map_or_else(|status| status.code(), |()| Code::Ok);
        println!(
            "{} by {channel}: {code:?}",
            if is_stream { "stream" } else { "unary" }
        );
    }
}
