//! Names and attributes: OpenTelemetry's semantic conventions, version 1.42.0, and gRFC A72.

use interceptor_core::{Call, CallType, Method, Side, tonic::Code};
use interceptor_kit::policy::RetryAttempt;
use opentelemetry::trace::Status;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::config::Config;

/// The name of a span. One that a peer could make up is none.
pub(super) fn name(method: &Method) -> &str {
    if method.is_known() {
        full(method)
    } else {
        "grpc"
    }
}

/// `package.Service/Method`.
fn full(method: &Method) -> &str {
    method.path().strip_prefix('/').unwrap_or(method.path())
}

pub(super) fn of_call<T: CallType>(span: &Span, call: &Call<T>, config: &Config) {
    span.set_attribute("rpc.system.name", "grpc");
    if call.method().is_known() {
        span.set_attribute("rpc.method", full(call.method()).to_owned());
    } else {
        span.set_attribute("rpc.method", "_OTHER");
        span.set_attribute("rpc.method_original", full(call.method()).to_owned());
    }
    match (call.side(), &config.server) {
        (Side::Client, Some((address, port))) => {
            span.set_attribute("server.address", address.clone());
            span.set_attribute("server.port", i64::from(*port));
        }
        (Side::Client, None) => {}
        (Side::Server, _) => {
            if let Some(peer) = call.peer() {
                span.set_attribute("client.address", peer.ip().to_string());
                span.set_attribute("client.port", i64::from(peer.port()));
            }
        }
    }
}

/// Those of gRFC A72. A first attempt has no mark.
pub(super) fn of_attempt<T: CallType>(span: &Span, call: &Call<T>) {
    let mark = call.extensions().get::<RetryAttempt>();
    let previous = mark.map_or(0, |mark| mark.previous_attempts);
    let is_transparent = mark.is_some_and(|mark| mark.is_transparent);
    span.set_attribute("previous-rpc-attempts", i64::from(previous));
    span.set_attribute("transparent-retry", is_transparent);
}

pub(super) fn of_end(span: &Span, side: Side, code: Code, message: Option<&str>) {
    let name = crate::code::name(code);
    span.set_attribute("rpc.response.status_code", name);
    if is_error(side, code) {
        span.set_attribute("error.type", name);
        let description = match message {
            Some(message) if !message.is_empty() => format!("{name}, {message}"),
            _ => name.to_owned(),
        };
        span.set_status(Status::error(description));
    }
}

/// On a server, what the caller did wrong is no error.
fn is_error(side: Side, code: Code) -> bool {
    match side {
        Side::Client => code != Code::Ok,
        Side::Server => matches!(
            code,
            Code::Unknown
                | Code::DeadlineExceeded
                | Code::Unimplemented
                | Code::Internal
                | Code::Unavailable
                | Code::DataLoss
        ),
    }
}
