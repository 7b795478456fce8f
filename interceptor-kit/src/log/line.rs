//! The lines, through `tracing`, which wants to know each level when it is compiled.

use interceptor_core::{Side, tonic::Code};
use tracing::Level;

use super::{names, record::Record};

/// The target of all lines.
pub(super) const TARGET: &str = "grpc";

/// A line with the fields that all lines of a call have, and some of its own.
macro_rules! line {
    ($level:expr, $record:expr, $text:literal $(, $($field:tt)+)?) => {
        match $level {
            Level::ERROR => line!(@at Level::ERROR, $record, $text $(, $($field)+)?),
            Level::WARN => line!(@at Level::WARN, $record, $text $(, $($field)+)?),
            Level::INFO => line!(@at Level::INFO, $record, $text $(, $($field)+)?),
            Level::DEBUG => line!(@at Level::DEBUG, $record, $text $(, $($field)+)?),
            Level::TRACE => line!(@at Level::TRACE, $record, $text $(, $($field)+)?),
        }
    };
    (@at $level:expr, $record:expr, $text:literal $(, $($field:tt)+)?) => {
        tracing::event!(
            target: TARGET,
            parent: $record.span.id(),
            $level,
            protocol = "grpc",
            grpc.component = $record.component(),
            grpc.service = $record.method.service(),
            grpc.method = $record.method.name(),
            grpc.method_type = names::kind($record.kind),
            peer.address = $record.peer.map(tracing::field::display),
            grpc.start_time = $record.start_time.as_str(),
            grpc.request.deadline = $record.deadline.as_deref(),
            grpc.attempt = $record.attempt(),
            grpc.request.metadata = $record.metadata.as_deref(),
            $($($field)+,)?
            $text
        )
    };
}

pub(super) fn started(level: Level, record: &Record) {
    line!(level, record, "started call");
}

/// A message passes.
pub(super) fn request(level: Level, record: &Record, content: &str) {
    let content = Some(content);
    match record.side {
        Side::Client => line!(
            level,
            record,
            "request sent",
            grpc.request.content = content
        ),
        Side::Server => line!(
            level,
            record,
            "request received",
            grpc.request.content = content
        ),
    }
}

pub(super) fn response(level: Level, record: &Record, content: &str) {
    let content = Some(content);
    match record.side {
        Side::Client => line!(
            level,
            record,
            "response received",
            grpc.response.content = content
        ),
        Side::Server => line!(
            level,
            record,
            "response sent",
            grpc.response.content = content
        ),
    }
}

pub(super) fn finished(level: Level, record: &Record, code: Code, error: Option<&str>) {
    line!(
        level,
        record,
        "finished call",
        grpc.code = names::code(code),
        grpc.error = error,
        grpc.time_ms = record.elapsed_ms(),
        grpc.request.messages = record.requests.messages,
        grpc.request.bytes = record.requests.bytes,
        grpc.response.messages = record.responses.messages,
        grpc.response.bytes = record.responses.bytes
    );
}
