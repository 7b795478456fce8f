//! What the fuzzer calls: a function of bytes for each place that reads what others wrote.
//!
//! None of them is about panics alone. Each reads its bytes a second time, in another way, and both readings have to
//! agree.
//!
//! What is not public is compiled in by its path, so that no door has to be opened for the fuzzer in a published crate:
//! the message and status modules of the core use nothing outside of themselves, and all of the macro crate but its two
//! entry points runs without a compiler around it.

// The unit tests of what is compiled in stand in their own crates.
#![cfg(not(test))]
#![allow(clippy::missing_panics_doc, reason = "a panic is what a target is for")]
#![allow(
    clippy::duplicate_mod,
    reason = "what is private to another module is compiled in once more"
)]

mod arguments;
mod by_path;
mod bytes;
mod descriptors;
mod frames;
mod patterns;
mod peer;
mod status;

pub use arguments::arguments;
pub use descriptors::descriptors;
pub use frames::frames;
pub use patterns::patterns;
pub use peer::peer;
pub use status::status;

/// Name and function of a target.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: [Target; 6] = [
    ("arguments", arguments),
    ("descriptors", descriptors),
    ("frames", frames),
    ("patterns", patterns),
    ("peer", peer),
    ("status", status),
];

/// The frames that the core's tests write by hand.
#[allow(dead_code, reason = "a part of it is used")]
#[path = "../../../interceptor-core/tests/support/http2.rs"]
mod http2;

// The macro crate, whose modules name each other from its root.
#[path = "../../../interceptor-macros/src/chain/mod.rs"]
mod chain;
#[path = "../../../interceptor-macros/src/crate_path.rs"]
mod crate_path;
#[path = "../../../interceptor-macros/src/diagnostics.rs"]
mod diagnostics;
#[path = "../../../interceptor-macros/src/generics.rs"]
mod generics;
#[path = "../../../interceptor-macros/src/interceptor/mod.rs"]
mod interceptor;
#[path = "../../../interceptor-macros/src/kind.rs"]
mod kind;
/// Once more, because it is private to the derive.
#[allow(dead_code, reason = "a part of it is used")]
#[path = "../../../interceptor-macros/src/chain/pattern.rs"]
mod macro_pattern;
#[path = "../../../interceptor-macros/src/order.rs"]
mod order;
#[path = "../../../interceptor-macros/src/output.rs"]
mod output;
#[path = "../../../interceptor-macros/src/show/mod.rs"]
mod show;
#[path = "../../../interceptor-macros/src/slot.rs"]
mod slot;
#[path = "../../../interceptor-macros/src/split.rs"]
mod split;
