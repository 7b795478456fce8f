//! The guide: a page for each idea. Each example in it is compiled and run.

#[doc = include_str!("../docs/messages.md")]
pub mod messages {}

#[doc = include_str!("../docs/endings.md")]
pub mod endings {}

#[doc = include_str!("../docs/sync-async.md")]
pub mod sync_async {}

#[doc = include_str!("../docs/compiler.md")]
pub mod compiler {}
