//! How a call ends: exactly once; and who sees it pass.
//!
//! # Who holds the state of a call, and when
//!
//! [`Run::on_end`] has only an end to tell of, and [`Observe`] has all that passes. Both stand on one thing, `Ending`, that
//! tells once: of the status that came, of the trailers at the end of a body, or of its own drop. It moves from the future
//! to the response's body when that streams.
//!
//! An observer's state of a call is there too, and so is `&mut` without a lock: response messages, headers and the end are
//! told by whoever has the reply. Request messages are another matter. On a client they pass in the connection's task, at
//! the same time as the response in the caller's, and the borrow checker asks for the price of that:
//!
//! - An observer that does not want them pays nothing.
//! - One that wants them has its state shared, in an `Arc<Mutex<_>>` made once for the call. The lock is taken by two tasks
//!   at most, around one callback at a time, and never across an `await`; the observer's author does not see it. In return
//!   one state sees both ways, callbacks come one at a time, and none comes after the end.
//! - One that only adds to counters of its own needs no state for it: [`Start::on_request_message`] takes a closure, which
//!   owns what it needs. One allocation less, and no lock.
//!
//! # Why bodies are watched, and not parsed
//!
//! A hook on a payload gets messages, so that frames are cut, bounded and put together again; a message over
//! `max_message_size` ends the call. An observer must not end calls. So its body is a wrapper that lets frames pass as they
//! came, and walks over their prefixes; a message is shown if it can be read. That is also less work.

mod bodies;
mod end;
mod ending;
mod guard;
mod intercept;
mod observer;
mod passing;
mod reader;
mod request;
mod response;
mod run;
mod several;
mod start;
mod state;
#[cfg(test)]
mod tests;
mod watched;

pub use end::End;
pub use intercept::Observe;
pub use observer::{Observer, Wants};
pub use passing::Passing;
pub use run::{OnEnd, Run};
pub use start::Start;
