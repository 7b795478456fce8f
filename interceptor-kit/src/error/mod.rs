//! What calls end with, and what the caller gets to see of it: [`MapStatus`], [`Redact`] and [`TypedError`].

mod map;
mod redact;
#[cfg(test)]
mod tests;
mod typed;

pub use map::{From, MapStatus, StatusContext};
pub use redact::{ERROR_ID, Redact};
/// The crate of `google.rpc` details, of the version that this module's API has in it.
pub use tonic_types;
pub use typed::TypedError;
