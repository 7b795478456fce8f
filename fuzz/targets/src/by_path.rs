//! Modules of the core that stand alone.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    clippy::pedantic,
    reason = "a part of it is used, and the core's own build judges it"
)]

#[path = "../../../interceptor-core/src/message/mod.rs"]
pub(crate) mod message;
#[path = "../../../interceptor-core/src/status/mod.rs"]
pub(crate) mod status;
