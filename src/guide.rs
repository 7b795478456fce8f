//! The guide: a page for each idea. Each example in it is compiled and run.

#[doc = include_str!("../docs/messages.md")]
pub mod messages {}

#[doc = include_str!("../docs/endings.md")]
pub mod endings {}

#[cfg(feature = "metrics")]
#[doc = include_str!("../docs/seeing-calls.md")]
pub mod seeing_calls {}

#[doc = include_str!("../docs/compiler.md")]
pub mod compiler {}
