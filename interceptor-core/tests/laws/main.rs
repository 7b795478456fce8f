//! The laws of the edges: tower's contract, what is intercepted, and that nothing else changes.

mod contract;
mod hostile;
mod malformed;
mod paths;
mod pressure;
mod transparency;
mod untouched;
mod wire;

#[path = "../support/mod.rs"]
mod support;
