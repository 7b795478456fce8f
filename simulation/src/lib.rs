//! Three servers and a client, on a simulated network (`turmoil`): partitions, crashes, restarts, slow links, by a seed.
//!
//! Time is simulated too, so that a seed is the same calls with the same faults in each run, and seconds of it take
//! milliseconds. What has to hold in each of them:
//!
//! - Every call ends once, and so does each attempt, on the client and on the servers.
//! - No method is applied more often than the call's policy allows: once, without one.
//! - Who gets an answer gets the whole of it, also where the request was sent again.
//! - Behind it nothing of a request is kept, and the throttle's tokens are all there.
//! - Once the network is whole again, calls succeed.

mod client;
mod ledger;
mod net;
mod plan;
mod server;
mod storm;
pub mod tail;
mod world;

pub use ledger::Counts;
pub use plan::CALL_TYPES;
pub use world::run;

/// How large a simulation is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Calls of each type while there are faults.
    pub calls: u32,
    /// Callers at once. Each makes one call after the other.
    pub callers: u32,
}

impl Size {
    /// So many calls of each type.
    #[must_use]
    pub fn of(calls: u32) -> Self {
        Self { calls, callers: 24 }
    }
}
