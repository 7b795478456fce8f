//! Code that blocks, on both sides of asynchronous gRPC.
//!
//! | what is written without `async` | how |
//! |---|---|
//! | an interceptor | `fn intercept_call<T: CallType>(&self, call: Call<T>, next: BlockingNext<T>)`, with `#[grpc_interceptor(blocking)]` on the struct or `#[grpc_interceptor]` on the impl block |
//! | a caller | `Channel::connect`, `channel.client(…)`, and calls by `Client` (feature `transport`) |
//! | a handler | `#[blocking_service]` on an `impl` of a generated server trait, with plain `fn`s |
//!
//! Interceptors and handlers run on the threads of a [`Pool`], callers on whatever thread they are; what is async stays on
//! the runtime. The two meet message by message: a thread asks, the task that it works for awaits, and answers. A task that
//! is dropped, because its call was cancelled, is known to its thread at once: everything that it waits for, and will ask
//! for, is CANCELLED. The thread's own code is left to end.
//!
//! # Cost
//!
//! A change of threads there and one back for each blocking interceptor and handler of a call, for each run of `next`, and
//! for each message that blocking code reads or makes: some ten microseconds each.

mod bridge;
#[cfg(feature = "transport")]
mod caller;
pub(crate) mod handler;
mod kept;
mod link;
mod messages;
mod payload;
mod pool;
mod stream;
mod ticket;

#[cfg(feature = "transport")]
pub use caller::{Channel, Client, IntoRequests, Requests};
pub use link::BlockingNext;
pub(crate) use link::intercept;
pub use messages::Messages;
pub use payload::{BlockingMessages, PayloadMessages};
pub use pool::Pool;
pub use stream::{Replies, stream};

/// What a call comes to.
type Answer<T> = Result<crate::Reply<T>, tonic::Status>;
