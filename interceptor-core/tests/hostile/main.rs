//! Hostile and dying peers, by hand-written HTTP/2 frames: the libraries on the other end would not send these.
//!
//! One scenario is one row of a table. Each row is run for all four call types, with a chain that looks at every message
//! and with one that looks at none, through tonic's own channel or server. Whatever the peer does: the call ends once,
//! with the code that its origin stands for, nothing panics, and the next call works.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod clients;
mod ends;
mod raw_client;
mod raw_server;
mod servers;

#[path = "../support/mod.rs"]
mod support;

#[path = "../support/http2.rs"]
mod http2;
