//! The laws of the edges: tower's contract, what is intercepted, and that nothing else changes.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod contract;
mod hostile;
mod malformed;
mod order;
mod paths;
mod pressure;
mod transparency;
mod untouched;
mod wire;

#[path = "../support/mod.rs"]
mod support;
