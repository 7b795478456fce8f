//! The call model, the [`Interceptor`] trait, chains of them, and the tower layers that carry them.
//!
//! This crate is for authors of interceptors and for generated code; applications depend on `grpc-interceptor`, which
//! re-exports all of it.
//!
//! # The model on one page
//!
//! A [`Call`] goes in and a [`Reply`] comes out. An [`Interceptor`] stands around [`Next`], which is the rest of the chain:
//!
//! ```text
//!  ServerLayer or ClientLayer ── Call ──▶ first ──▶ second ──▶ … ──▶ the service below
//!                             ◀─ Reply ──       ◀──        ◀── … ◀──
//! ```
//!
//! - What kind of call it is, is in the type: [`Call<UnaryUnary>`](UnaryUnary), or [`Call<T>`] for all four. It comes from
//!   a table, [`Methods`], because nothing on the wire says it.
//! - [`Payload`] has the messages of one way. What nobody looks at is not touched.
//! - [`Next::run`] may be called any number of times, on clones, also at once; [`Replay`] keeps a request for that.
//! - [`Run::on_end`] tells how the call ended, exactly once, also when it was dropped.

pub mod blocking;
mod call;
mod chain;
mod error;
mod exchange;
mod interceptor;
mod layer;
mod message;
mod method;
mod observe;
mod order;
mod payload;
mod replay;
mod reply;
mod signature;
mod status;
mod sync;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

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

/// tonic, of the version that this crate's API has in it.
pub use tonic;
