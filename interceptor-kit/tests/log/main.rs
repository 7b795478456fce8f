//! What the log has of calls. Apart from other tests: which line is wanted is decided once for the process.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod choice;
mod lines;
mod payloads;
mod written;
