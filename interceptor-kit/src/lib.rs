//! Ready-made interceptors for gRPC calls, built on nothing but the public API of [`interceptor_core`].
//!
//! Applications use them through the facade, `grpc-interceptor`, which re-exports each module under its own name. One word is a module,
//! a feature, an example and a test file:
//!
//! | interceptor | feature | side | call types | status it can cause | cost |
//! |---|---|---|---|---|---|
//! | [`auth`]: asks who calls; sends a token that is good | `auth` | both | all four | UNAUTHENTICATED, UNAVAILABLE; on a client INTERNAL, `DEADLINE_EXCEEDED` | server: what the check costs; client: a lock and a replay of the request, at most 256 KiB |
//! | [`authz`]: says who may call what, and writes down what it said | `authz` | server | all four | `PERMISSION_DENIED`, INTERNAL | some comparisons for each rule |
//! | [`deadline`]: ends a call when its time is over, and the calls that were made for it | `deadline` | both | all four | `DEADLINE_EXCEEDED`, CANCELLED | two allocations for a unary call, up to fourteen for streams; a timer once the call waits; one clock reading for each frame of a stream |
//! | [`error`]: maps and redacts statuses, and makes errors of them | `error` | both | all four | what it is told to | one allocation for a response that streams |
//! | [`header`]: sets, copies, removes and hands on metadata | `header` | both | all four | none | a hash for each name |
//! | [`hedge`]: sends a call several times side by side, and takes the first answer | `hedge` | both | all four | `DEADLINE_EXCEEDED` | nothing without a policy; some allocations for each hedge; keeps 256 KiB of a call and 16 MiB in all at most |
//! | [`log`]: logs each call when it starts and when it is over, and its messages if that is wanted | `log` | both | all four | none | some texts for each call that is logged; messages as JSON only on demand |
//! | [`metrics`]: counts and times calls, for Prometheus | `metrics` | both | all four | none | one allocation for each call, none for a message; no locks |
//! | [`recovery`]: turns a panic into a status, also in the middle of a stream | `recovery` | both | all four | INTERNAL | about a hundred instructions; one allocation for a stream |
//! | [`request_id`]: gives each call an id, in its log and in its reply | `request-id` | both | all four | none | about four allocations |
//! | [`retry`]: makes a call again as gRPC says it, by a policy for each method | `retry` | both | all four | `DEADLINE_EXCEEDED` | one allocation for a unary call that succeeds at once; keeps 256 KiB of a call and 16 MiB in all at most |
//! | [`retry_on_error`]: makes a call again, waiting longer each time | `retry-on-error` | both | all four | none of its own | about fifteen allocations and a lock for each request frame; keeps 256 KiB at most |
//! | [`status`]: makes statuses what gRPC says they are | `status` | either | all four | none of its own | one poll of a streamed response before its headers; four allocations for one |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "auth")]
pub mod auth;
#[cfg(feature = "authz")]
pub mod authz;
#[cfg(feature = "service-config")]
pub mod compose;
#[cfg(feature = "deadline")]
pub mod deadline;
#[cfg(feature = "error")]
pub mod error;
#[cfg(feature = "header")]
pub mod header;
#[cfg(feature = "hedge")]
pub mod hedge;
#[cfg(feature = "log")]
pub mod log;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(any(
    feature = "auth",
    feature = "authz",
    feature = "deadline",
    feature = "header",
    feature = "hedge",
    feature = "request-id",
    feature = "retry",
    feature = "status"
))]
#[cfg_attr(
    not(all(feature = "hedge", feature = "retry")),
    allow(
        dead_code,
        unused_imports,
        unused_macros,
        reason = "each interceptor uses a part of it"
    )
)]
pub mod policy;
/// The roles of the kit's interceptors: the rest of it comes with the features that need it.
#[cfg(not(any(
    feature = "auth",
    feature = "authz",
    feature = "deadline",
    feature = "header",
    feature = "hedge",
    feature = "request-id",
    feature = "retry",
    feature = "status"
)))]
pub mod policy {
    pub mod order;
}
#[cfg(feature = "recovery")]
pub mod recovery;
#[cfg(feature = "request-id")]
pub mod request_id;
#[cfg(feature = "retry")]
pub mod retry;
#[cfg(feature = "retry-on-error")]
pub mod retry_on_error;
#[cfg(feature = "status")]
pub mod status;
