//! What the slowest calls take, of a server that answers one in a hundred a hundred times later: without anything, with
//! retries, with hedges. In simulated time, by a seed, so that the figures are the same in each run.

mod run;
mod server;
mod svg;
mod table;

pub use run::{Row, rows};
pub use svg::draw;
pub use table::table;
