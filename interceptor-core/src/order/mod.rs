//! What interceptors say about their places in a chain, and the checks of it: while a chain is compiled, and once more
//! when a layer is made of it.
//!
//! [`Interceptor::ORDER`](crate::Interceptor::ORDER) is a constant: a tree of links with the [`Rules`] of an interceptor at
//! each leaf. The derive has the compiler walk it ([`check`]), and so does a layer. Nothing of it is on the path of a call.
//!
//! Types are told apart by name, size and alignment here, as the compiler can do no better in a constant; when a layer is
//! made, they are told apart by their ids ([`run_time`]).

mod check;
mod extension;
mod link;
mod names;
mod of;
mod path;
mod providers;
mod query;
mod require;
mod role;
mod rules;
mod run_time;
mod text;
mod walk;

#[cfg(test)]
mod tests;

pub use check::check_link;
pub use extension::ExtensionType;
pub(crate) use link::Node;
pub use link::{Link, Order};
pub use of::{NoOrder, OrderOf};
pub use require::RequestExt;
pub(crate) use require::missing;
pub use role::Role;
pub use rules::Rules;
pub(crate) use run_time::check as check_at_run_time;
