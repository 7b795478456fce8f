//! How a call ends: a status' form on the wire, and where a status comes from.
//!
//! The status itself is tonic's [`Status`](tonic::Status). What is ours is that reading one never panics and never
//! changes the code that a peer sent, and that [`Origin::of`] can say later whether a peer sent it at all.

mod classify;
mod kind;
mod marked;
mod origin;
#[cfg(test)]
mod tests;
pub(crate) mod wire;

pub(crate) use self::marked::{broken, received, transport};
pub use self::{kind::TransportKind, origin::Origin};

/// The error of a tower service.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
