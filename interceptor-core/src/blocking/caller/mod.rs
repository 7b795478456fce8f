//! Callers that block.

mod channel;
mod client;
mod requests;
mod runtime;

pub use channel::Channel;
pub use client::Client;
pub use requests::{IntoRequests, Requests};
pub(super) use runtime::Waiting;
