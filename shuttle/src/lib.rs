//! The core, all of it and as it is, but with the locks of shuttle in the place of those of std. Its tests run what
//! tasks share under many thousands of orders; the core has no switch for that.
// The core's own unit tests want the locks of std.
#![cfg(not(test))]
#![allow(
    dead_code,
    missing_docs,
    missing_debug_implementations,
    unexpected_cfgs,
    unused_imports,
    clippy::pedantic,
    reason = "the core's own build judges it, and here it is without its features"
)]

/// What stands in the core for the locks of std.
mod sync {
    pub(crate) use shuttle::sync::{Mutex, MutexGuard};
}

#[path = "../../interceptor-core/src/private.rs"]
pub mod __private;
#[path = "../../interceptor-core/src/blocking/mod.rs"]
pub mod blocking;
#[path = "../../interceptor-core/src/call/mod.rs"]
mod call;
#[path = "../../interceptor-core/src/chain/mod.rs"]
mod chain;
#[path = "../../interceptor-core/src/error.rs"]
mod error;
#[path = "../../interceptor-core/src/exchange/mod.rs"]
mod exchange;
#[path = "../../interceptor-core/src/interceptor/mod.rs"]
mod interceptor;
#[path = "../../interceptor-core/src/layer/mod.rs"]
mod layer;
#[path = "../../interceptor-core/src/message/mod.rs"]
mod message;
#[path = "../../interceptor-core/src/method/mod.rs"]
mod method;
#[path = "../../interceptor-core/src/observe/mod.rs"]
mod observe;
#[path = "../../interceptor-core/src/order/mod.rs"]
mod order;
#[path = "../../interceptor-core/src/payload/mod.rs"]
mod payload;
#[path = "../../interceptor-core/src/replay/mod.rs"]
mod replay;
#[path = "../../interceptor-core/src/reply.rs"]
mod reply;
#[path = "../../interceptor-core/src/signature.rs"]
mod signature;
#[path = "../../interceptor-core/src/status/mod.rs"]
mod status;

pub use call::{
    Call, CallKind, CallType, Cardinality, Side, Single, StreamStream, StreamUnary, Streaming,
    UnaryStream, UnaryUnary,
};
pub use chain::{Identity, Then};
pub use error::ConfigError;
pub use interceptor::{
    BoxInterceptor, BoxNext, Description, ExplainedMethod, ExplainedStep, Explanation, Interceptor,
    Next, Selection, explain,
};
pub use layer::{
    ClientLayer, InterceptedClient, InterceptedServer, ReplyBody, ServerLayer, Unknown,
};
pub use message::{Encoding, Message};
pub use method::{Idempotency, MessageType, Method, MethodEntry, Methods, MethodsBuilder, Pattern};
pub use observe::{End, Observe, Observer, OnEnd, Passing, Run, Start, Wants};
pub use order::{ExtensionType, Link, Order, RequestExt, Role, Rules};
pub use payload::{Guard, Payload};
pub use replay::{Replay, ReplayBudget};
pub use reply::Reply;
pub use status::{Origin, TransportKind};

pub use tonic;
