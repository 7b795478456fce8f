//! Spans, as a collector gets them by OTLP. Apart from other tests: which span is wanted is decided once for the process.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

mod calls;
mod collector;
mod propagation;
mod python;
mod servers;
