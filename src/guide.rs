//! The guide: a page for each idea. Each example in it is compiled and run.

#[doc = include_str!("../docs/messages.md")]
pub mod messages {}

#[doc = include_str!("../docs/endings.md")]
pub mod endings {}

#[doc = include_str!("../docs/pitfalls.md")]
pub mod pitfalls {}

#[doc = include_str!("../docs/compiler.md")]
pub mod compiler {}

#[cfg(feature = "service-config")] // which it links to
#[doc = include_str!("../docs/deadlines.md")]
pub mod deadlines {}

#[cfg(feature = "retry")]
#[doc = include_str!("../docs/retry.md")]
pub mod retry {}

#[cfg(feature = "hedge")]
#[doc = include_str!("../docs/hedging.md")]
pub mod hedging {}

#[doc = include_str!("../docs/tracing.md")]
pub mod tracing {}
