//! The guide: a page for each idea. Each example in it is compiled and run.

#[doc = include_str!("../docs/messages.md")]
pub mod messages {}

#[doc = include_str!("../docs/endings.md")]
pub mod endings {}

#[doc = include_str!("../docs/pitfalls.md")]
pub mod pitfalls {}
#[cfg(feature = "metrics")]
#[doc = include_str!("../docs/seeing-calls.md")]
pub mod seeing_calls {}

#[doc = include_str!("../docs/compiler.md")]
pub mod compiler {}

#[cfg(all(feature = "auth-jwt", feature = "authz"))] // which it links to
#[doc = include_str!("../docs/auth.md")]
pub mod auth {}

#[cfg(all(feature = "error", feature = "recovery"))] // which it links to
#[doc = include_str!("../docs/errors-and-panics.md")]
pub mod errors_and_panics {}

#[cfg(feature = "service-config")] // which it links to
#[doc = include_str!("../docs/deadlines.md")]
pub mod deadlines {}

#[cfg(feature = "retry")]
#[doc = include_str!("../docs/retry.md")]
pub mod retry {}

#[cfg(feature = "hedge")]
#[doc = include_str!("../docs/hedging.md")]
pub mod hedging {}

#[cfg(all(feature = "macros", feature = "retry-on-error", feature = "transport"))] // which it uses
#[doc = include_str!("../docs/sync-async.md")]
pub mod sync_async {}
#[doc = include_str!("../docs/tracing.md")]
pub mod tracing {}
