//! How interceptors stand one inside the other.
//!
//! ```text
//!            call                         reply
//!              │                            ▲
//!   ┌──────────▼────────── first ───────────┴──────────┐
//!   │  ┌───────▼────────── second ──────────┴───────┐  │
//!   │  │  ┌────▼────────── last ────────────┴────┐  │  │
//!   │  │  │             the call itself          │  │  │
//! ```
//!
//! The first is the outermost, always: in structs, tuples and lists, on both sides, in all four call types.

mod either;
mod link;
mod then;

pub(crate) use either::Either;
pub(crate) use link::Link;
pub use then::{Identity, Then};
