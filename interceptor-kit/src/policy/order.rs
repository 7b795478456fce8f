//! The roles that rules of order speak of: what each interceptor of the kit does in a chain, in one word.
//!
//! `#[grpc_interceptor(outside(policy::order::RETRYING))]` on one of your own says that it stands before all that retry. The
//! compiler checks it where a chain is made. The guide's page `order` says why each rule of the kit is there.

use interceptor_core::Role;

/// Makes a call again: `Retry`, `RetryOnError`, `Configured`.
pub const RETRYING: Role = Role::new("retrying");

/// Sends a call several times side by side: `Hedge`.
pub const HEDGING: Role = Role::new("hedging");

/// Ends a call when its time is over: `Deadline`.
pub const LIMITING_TIME: Role = Role::new("limiting time");

/// Makes a status of a panic: `Recovery`.
pub const RECOVERING: Role = Role::new("recovering");

/// Asks who calls: `Authentication`.
pub const AUTHENTICATING: Role = Role::new("authenticating");

/// Says who may call what: `Authorization`.
pub const AUTHORIZING: Role = Role::new("authorizing");

/// Sends a token: `CallCredentials`.
pub const SIGNING: Role = Role::new("signing");

/// Gives a call its id: `RequestIds`.
pub const IDENTIFYING: Role = Role::new("identifying");

/// Writes calls into a log: `Log`.
pub const LOGGING: Role = Role::new("logging");

/// Counts and times calls: `Metrics`, and those of OpenTelemetry.
pub const MEASURING: Role = Role::new("measuring");

/// Has a span for each call: `Spans` of OpenTelemetry.
pub const TRACING: Role = Role::new("tracing");

/// Puts statuses in the place of others: `MapStatus`.
pub const MAPPING: Role = Role::new("mapping statuses");

/// Keeps what statuses say from the peer: `Redact`.
pub const REDACTING: Role = Role::new("redacting");
