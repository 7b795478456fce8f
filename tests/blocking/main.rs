//! Code that blocks, on both sides of async gRPC: definitions, callers and handlers, alone and in every mix.
#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]
#![allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "what an interceptor takes is given"
)]

mod aborted;
mod callers;
mod definitions;
mod echo;
mod handlers;
mod load;
mod matrix;
mod net;
mod pressure;
mod sync_echo;
