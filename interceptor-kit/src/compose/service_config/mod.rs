//! A client's calls as a service config says: the standard JSON (gRFC A6 and A21, `service_config.proto`).
//!
//! A [`ServiceConfig`] is the JSON, read and checked. [`Configured`] is the chain for a client that does as it says, and takes
//! a new one while calls run.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{Methods, ClientLayer, tonic::{self, Code}};
//! # use interceptor_kit::compose::service_config::{Configured, ServiceConfig};
//! # use interceptor_test::{Case, Harness, Peer};
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = ServiceConfig::from_json(r#"{
//!     "methodConfig": [{
//!         "name": [{ "service": "interceptor.test.Test" }],
//!         "timeout": "5s",
//!         "retryPolicy": {
//!             "maxAttempts": 3,
//!             "initialBackoff": "0.1s",
//!             "maxBackoff": "1s",
//!             "backoffMultiplier": 2,
//!             "retryableStatusCodes": ["UNAVAILABLE"]
//!         }
//!     }]
//! }"#)?;
//! let configured = Configured::new(config);
//!
//! let unsteady = Peer::fail_times(2, Code::Unavailable);
//! let outcome = Harness::unary_unary(configured.clone()).peer(unsteady).call().await;
//! assert_eq!(outcome.code(), Code::Ok);
//! assert_eq!(outcome.attempts().len(), 3);
//!
//! let error = configured.update(r#"{ "methodConfig": [{ "timeout": 5 }] }"#).unwrap_err();
//! assert_eq!(error.path(), "methodConfig[0].timeout");
//! # Ok(())
//! # }
//! ```
//!
//! # What it says
//!
//! | field | what it does here |
//! |---|---|
//! | `name` | the methods that an entry is for. The most specific entry counts, and it counts whole. An entry without a name is for none; a name that stands twice is an error |
//! | `timeout` | the earlier of this and of what the application says, over the whole of the call: a [`Deadline`] |
//! | `retryPolicy` | a [`Retry`](crate::retry::Retry). Without a policy there are transparent retries |
//! | `hedgingPolicy` | a [`Hedge`](crate::hedge::Hedge) |
//! | `maxRequestMessageBytes`, `maxResponseMessageBytes` | a longer message ends the call, and is refused at its prefix. Lengths are those on the wire, after compression. 0 lets empty messages pass. The limits of a generated client stay |
//! | `waitForReady` | a call waits for a connection; see below |
//! | `retryThrottling` | the tokens of all methods. A new config has those of the one before it, scaled to its own numbers |
//! | `loadBalancingConfig`, `healthCheckConfig` | nothing: tonic balances loads |
//!
//! Unknown fields are ignored, and null is as if a field were not there. A mistake in a known one makes the whole config
//! invalid, and the error has its path. What is *not* a mistake: a `maxAttempts` over the cap, which is cut to it, and a
//! method that this client does not know. The config comes from the operator of the service, who serves others, too.
//!
//! # `waitForReady`
//!
//! tonic's `Channel` does not tell a layer whether it is connected, and each call that finds it without a connection tries
//! once to make one. So a call that could not connect is made again, as far apart as gRPC's libraries try to connect (1 s,
//! then 1.6 times as long each time, up to 120 s, ± 20 %), until its deadline passes; nothing was sent before. That is not
//! counted as an attempt, and takes no token. With several endpoints (`Channel::balance_list`) it does nothing: such a
//! channel keeps calls waiting by itself until one is connected, whatever a config says. [`WaitForReady`] in the extensions
//! of a request says otherwise for that call.
//!
//! # Calls
//!
//! All four call types, on the client only.
//!
//! # Order
//!
//! *Outside* of it goes what concerns a call as a whole: its metrics, and a `Deadline` of your own if calls are to inherit
//! from a call that is being served; *inside* what concerns each attempt.
//!
//! # Errors
//!
//! - Those of [`Deadline`], `Retry` and `Hedge`.
//! - `RESOURCE_EXHAUSTED` for a message that is too long. Where tonic's own limits say `OUT_OF_RANGE`, the specification says
//!   this.
//! - [`ServiceConfigError`] for a config with a mistake; nothing has changed then.
//!
//! # Cancellation
//!
//! As of each of them.
//!
//! # Cost
//!
//! That of each interceptor that an entry asks for, and of a `Retry` without a policy for the rest; one search for the entry.
//! Reading the config takes no lock.
//!
//! # Differences
//!
//! - A negative `timeout` is a mistake; grpc-go ignores it.
//! - OK among the codes is a mistake, as in grpc-java.
//! - Names of codes are read in any case, as A6 has it; grpc-go and grpc-java know capitals only.
//! - `perAttemptRecvTimeout`, which is not in the standard, is ignored.
//! - There is no config before the first: [`Configured::new`] takes one that was read. `ServiceConfig::default()` says
//!   nothing, as `{}` does.

mod client;
mod config;
mod error;
mod parse;
#[cfg(test)]
mod tests;

pub use client::{Configured, WaitForReady};
pub use config::{MethodConfig, MethodPolicy, ServiceConfig};
pub use error::ServiceConfigError;

#[cfg(doc)]
use crate::deadline::Deadline;
