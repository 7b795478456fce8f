//! The services that every table has, because nearly every server has them and nobody's descriptors do: health and
//! reflection.

use super::{Detail, Idempotency, Method, Signature};
use crate::call::CallKind::{self, StreamStream, UnaryStream, UnaryUnary};

/// Path, call type, package of the messages, request, response.
type Row = (
    &'static str,
    CallKind,
    &'static str,
    &'static str,
    &'static str,
);

const ROWS: [Row; 5] = [
    (
        "/grpc.health.v1.Health/Check",
        UnaryUnary,
        "grpc.health.v1",
        "HealthCheckRequest",
        "HealthCheckResponse",
    ),
    (
        "/grpc.health.v1.Health/List",
        UnaryUnary,
        "grpc.health.v1",
        "HealthListRequest",
        "HealthListResponse",
    ),
    (
        "/grpc.health.v1.Health/Watch",
        UnaryStream,
        "grpc.health.v1",
        "HealthCheckRequest",
        "HealthCheckResponse",
    ),
    (
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        StreamStream,
        "grpc.reflection.v1",
        "ServerReflectionRequest",
        "ServerReflectionResponse",
    ),
    (
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        StreamStream,
        "grpc.reflection.v1alpha",
        "ServerReflectionRequest",
        "ServerReflectionResponse",
    ),
];

/// Their entries.
pub(super) fn methods() -> impl Iterator<Item = Method> {
    ROWS.into_iter()
        .map(|(path, kind, package, input, output)| {
            let signature = Signature {
                input: format!("{package}.{input}").into(),
                output: format!("{package}.{output}").into(),
                idempotency: Idempotency::Unknown,
                deprecated: false,
            };
            Method::undescribed(path.into(), kind, Detail::BuiltIn, Some(signature))
        })
}
