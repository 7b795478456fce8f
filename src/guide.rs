//! The guide: a page for each idea. Each example in it is compiled and run, those of [`start`] by following it in an empty folder.
//!
//! In the order in which to read them: [`start`]; [`writing`], [`messages`], [`endings`], [`kinds`], `sync_async`, [`testing`], [`compiler`];
//! [`order`], [`chains`],
//! [`tower`]. To decide by: [`migrating`], [`performance`], [`peers`], [`pitfalls`], [`faq`], [`versions`]. The others are about what is
//! ready-made, and there if its features are.
//!
//! The pages link to each other by files, as the book of them needs it. `guide/links.md`, which stands before such a page, says
//! what these links are here: of two definitions the first counts.

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/start.md")]
pub mod start {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/writing.md")]
pub mod writing {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/kinds.md")]
pub mod kinds {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/testing.md")]
pub mod testing {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/order.md")]
pub mod order {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/chains.md")]
pub mod chains {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/tower.md")]
pub mod tower {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/migrating.md")]
pub mod migrating {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/performance.md")]
pub mod performance {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/peers.md")]
pub mod peers {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/faq.md")]
pub mod faq {}

#[doc = include_str!("guide/links.md")]
#[doc = include_str!("../docs/versions.md")]
pub mod versions {}

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
