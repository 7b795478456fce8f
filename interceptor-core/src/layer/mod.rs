//! The edges: a chain as a tower layer, on either side of a call.
//!
//! What is intercepted is decided by the path, and not by the content-type: tonic's server runs handlers whatever the
//! content-type says, so passing "not gRPC" by would let anyone around the chain with one header.

mod arrival;
mod body;
mod client;
mod common;
mod edge;
mod rejected;
mod server;
mod settings;
mod slot;
mod terminal;

pub use body::ReplyBody;
pub use client::{ClientLayer, InterceptedClient};
pub use server::{InterceptedServer, ServerLayer};
pub(crate) use settings::Settings;
pub use settings::Unknown;

use http::HeaderValue;
use tonic::Status;

use crate::{Method, Side};

pub(crate) const GRPC_CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/grpc");

/// The status of a call that an interceptor for some call types only cannot judge.
pub(crate) fn not_in_table(method: &Method, side: Side) -> Status {
    Status::unimplemented(format!(
        "the method table of the {side} layer lacks {method}: add its service to `Methods`, or say `.unknown(Unknown::Pass)` on the layer"
    ))
}
