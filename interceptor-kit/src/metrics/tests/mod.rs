//! What is counted, under which names, and how it is written.

mod behaviour;
mod exact;
mod exposition;
mod golden;
mod labels;
mod tables;
mod text;

use interceptor_core::{Side, tonic::Code};

use self::exposition::Exposition;
use super::{Dialect, FamilyKind, Format, Metrics, MetricsBuilder, Registry, TraceId};

/// With all that there is to measure.
fn all(dialect: Dialect) -> MetricsBuilder<Registry> {
    Metrics::builder().dialect(dialect).message_seconds(true)
}

/// What they have counted, read from their text.
fn read(metrics: &Metrics) -> Exposition {
    Exposition::read(&metrics.registry().render(Format::Text))
}

/// `grpc_client_…` or `grpc_server_…`.
fn name(side: Side, rest: &str) -> String {
    format!("grpc_{side}_{rest}")
}

/// How often calls ended with that code, in dialect `go`.
fn handled(exposition: &Exposition, side: Side, code: Code) -> u64 {
    let code = Dialect::Go.code(code);
    exposition.sum_where(&name(side, "handled_total"), &[("grpc_code", code)])
}
