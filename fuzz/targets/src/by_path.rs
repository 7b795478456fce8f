//! Modules of the core that stand alone.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    missing_docs,
    reason = "a part of it is used"
)]

#[path = "../../../interceptor-core/src/message/mod.rs"]
pub(crate) mod message;
#[path = "../../../interceptor-core/src/status/mod.rs"]
pub(crate) mod status;
