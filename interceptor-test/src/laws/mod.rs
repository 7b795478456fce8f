//! The laws of interceptors: what each has to hold, whatever it does.
//!
//! [`check`] runs them on an interceptor of yours, in four call types on two sides, each with peers and callers that do
//! what real ones do: leave in the midst of a call, break off, send too much, send what nobody can read.
//!
//! ```
//! use interceptor_core::Identity;
//!
//! interceptor_test::laws::check(Identity);
//! ```
//!
//! It prints what it ran, and panics with what broke: which law, in which call type, on which side, and how. It needs no
//! runtime, and makes those that it needs.
//!
//! An interceptor may do a lot: change headers and messages, call several times, end a call with an error. So a law asks
//! of it what anybody may rely on. What only some may do, and what only some promise, is said to [`Laws`]:
//!
//! ```
//! use interceptor_core::{Identity, Side};
//! use interceptor_test::laws::Laws;
//!
//! let report = Laws::of(Identity).passes_through().looks_at_nothing().on(Side::Server).report();
//! assert!(report.broken().is_empty(), "{report}");
//! ```
//!
//! # The laws
//!
//! | | | asks of an interceptor |
//! |---|---|---|
//! | 1 | `transparency` | that nobody sees it, if it [promised](Laws::passes_through) that |
//! | 2 | `order` | that interceptors outside of it see a call, its messages, its reply and its end in order |
//! | 3 | `ends_once` | that each call ends once, with the code that its caller sees, and CANCELLED for one who leaves |
//! | 4 | `short_circuit` | that what is inside of it may end a call, and nothing below runs; that it reads no request before it calls `next` |
//! | 5 | `cancellation` | that a drop reaches all that is below at once; that what is half sent or half received never ends cleanly |
//! | 6 | `bad_bytes` | that nothing panics, whatever a peer sends, and that the next call goes well |
//! | 7 | `memory` | that it keeps no more of a call than 4 MiB, or what is [said](Laws::max_kept_bytes) |
//! | 8 | `coverage` | that a call goes well in all call types, or is rejected or handed on in those that it does not [take](Laws::kinds); that nothing goes around the chain |
//! | 9 | `back_pressure` | that it reads no message that nobody asked for, and holds none back |
//! | 10 | `untouched` | that it costs nothing for each message, if it [promised](Laws::looks_at_nothing) that |
//! | 11 | `provides` | that what it [declares](interceptor_core::Rules::provides) by `provides(…)` is in the call's extensions when it calls `next` |
//!
//! And some that come of bugs that others had: `hints`, `request_line`, `extensions`, `readiness`, `ready_instance`,
//! `failures`, `duration`, `panics`, `attempts`, `request_messages`; [`Law::says`] tells each.

#[doc(hidden)]
pub mod body;
mod caller;
mod events;
mod gauge;
mod law;
mod links;
mod promises;
mod report;
mod run;
#[doc(hidden)]
pub mod scene;
mod ways;
#[doc(hidden)]
pub mod world;

use interceptor_core::Interceptor;

pub use law::Law;
#[doc(hidden)]
pub use law::Needs;
pub use report::{Broken, Report};
pub use run::Laws;
pub use scene::Svc;

/// Runs all laws that apply to any interceptor on this one, and prints how many cells it ran.
///
/// For an interceptor that promises more, or may do more, there is [`Laws`].
///
/// # Panics
///
/// If a law does not hold, with what broke.
pub fn check(interceptor: impl Interceptor) {
    Laws::of(interceptor).check();
}
