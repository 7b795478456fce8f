//! What a call through a chain costs: scenarios to run, rows to read, and the gate that keeps them from growing.
//!
//! How to run it, and how to add a row, is in `README.md` beside `Cargo.toml`.
//!
//! - A [`Scenario`] does something a number of times. It is run under callgrind and with an allocator that counts.
//! - A [`Row`] is one line of `RESULTS.md`: the cost of one scenario over another, and its budget.
//! - A [`Pair`] is two things done in turns, for what no one can count: throughput, and times of the compiler.
//! - A *family* is a file of both; [`families`] has the list.

pub mod by_hand;
pub mod drive;
pub mod families;
pub mod interceptors;
pub mod pair;
pub mod report;

mod echo;
mod row;
mod scenario;

pub use echo::Echo;
pub use pair::{Figure, Pair};
pub use row::{Budget, Family, Row};
pub use scenario::Scenario;
