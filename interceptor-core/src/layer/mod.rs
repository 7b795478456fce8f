//! The edges: a chain as a tower layer, on either side of a call.
//!
//! What is intercepted is decided by the path, and not by the content-type: tonic's server runs handlers whatever the
//! content-type says, so passing "not gRPC" by would let anyone around the chain with one header.

mod arrival;
mod body;
mod client;
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

/// Writes the setters that both layers have.
macro_rules! setters {
    () => {
        /// What a message may have at most, in bytes, to be looked at. Default: 4 MiB, as tonic's.
        ///
        /// Messages that nobody looks at pass, whatever their size.
        #[must_use]
        pub fn max_message_size(mut self, bytes: usize) -> Self {
            self.edge.settings.max_message_size = bytes;
            self
        }

        /// What of a unary response is read ahead of the chain at most, in bytes. Default: 4 MiB.
        ///
        /// A larger response is handed on while it still streams.
        #[must_use]
        pub fn max_settled_bytes(mut self, bytes: usize) -> Self {
            self.edge.settings.max_settled_bytes = bytes;
            self
        }

        /// What is done with calls of methods that are not in the table. Default: [`Unknown::Reject`].
        #[must_use]
        pub fn unknown(mut self, unknown: Unknown) -> Self {
            self.edge.settings.unknown = unknown;
            self
        }
    };
}
use setters;
