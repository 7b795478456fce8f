//! What `retry` and `hedge` decide by: policies for each method, the throttle that both can share, pushback, and where a
//! failure comes from.
//!
//! There is no interceptor here. The rules are those of gRFC A6; the numbers are those of a service config, and so are their
//! names and bounds.

mod attempt;
mod backoff;
pub(crate) mod clock;
mod codes;
mod failure;
mod hedging;
#[cfg(any(feature = "auth-mtls", feature = "authz"))]
mod identity;
mod intercept;
mod jitter;
mod names;
pub mod order;
mod per_call;
mod pushback;
mod retry;
mod table;
#[cfg(test)]
mod tests;
mod throttle;

pub use attempt::{AttemptCounts, RetryAttempt};
pub(crate) use attempt::{mark, strip};
pub use backoff::Backoff;
pub use codes::Codes;
pub use failure::{Failure, by_origin, code_by_origin};
pub use hedging::HedgingPolicy;
#[cfg(any(feature = "auth-mtls", feature = "authz"))]
pub(crate) use identity::Transport;
#[cfg(any(feature = "auth-mtls", feature = "authz"))]
pub use identity::{PeerCertificates, PeerIdentity};
pub(crate) use intercept::intercept_all;
pub use jitter::Jitter;
pub(crate) use names::is_of_one_hop;
pub use per_call::CallPolicy;
pub use pushback::Pushback;
pub use retry::RetryPolicy;
pub use table::PolicyTable;
pub use throttle::{RetryThrottling, Throttle};

/// How many attempts a call makes at most, whatever its policy says: gRFC A6's cap, the default of both interceptors.
pub const MAX_ATTEMPTS_CAP: u32 = 5;

/// How many bytes of one call's request are kept by default: 262,144 (256 KiB).
pub const MAX_BUFFERED_BYTES: usize = 256 * 1024;

/// How many bytes of all calls' requests are kept by default: 16,777,216 (16 MiB).
pub const MAX_TOTAL_BUFFERED_BYTES: usize = 16 * 1024 * 1024;
