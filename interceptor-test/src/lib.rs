//! Tests interceptors without a socket: a call of any type through a chain, with a scripted peer and paused time.
//!
//! A [`Harness`] puts one interceptor, or a chain, into a real `ClientLayer` or `ServerLayer`, with a caller above it and a
//! [`Peer`] below it; [`Harness::call`] gives the [`Outcome`].
//!
//! ```
//! use interceptor_core::{Identity, tonic::Code};
//! use interceptor_test::{Harness, Peer};
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)] async fn main() {
//! let outcome = Harness::unary_unary(Identity).peer(Peer::reject(Code::NotFound)).call().await;
//! assert_eq!(outcome.code(), Code::NotFound);
//! assert_eq!(outcome.attempts().len(), 1);
//! # }
//! ```
//!
//! | to | there is |
//! |---|---|
//! | run one test body for four call types on two sides | [`Harness::for_every_call_type`], [`Case`] |
//! | have a peer that behaves in some way | [`Peer`], [`Script`], [`Failure`], [`Readiness`] |
//! | have a caller that does | [`CallerScript`] |
//! | let go of a call at some moment | [`Harness::cancel_at`], [`Moment`] |
//! | send what no client would send | [`Harness::request_body`], [`ScriptedBody`], [`WireMessage`] |
//! | look at what the peer saw | [`Outcome::attempts`], [`Attempt`] |
//! | look at the order of events | [`Outcome::timeline`], [`Timeline`], [`Recorder`] |
//! | see what was expected beside what was seen | [`Outcome::assert_code`], [`Outcome::assert_messages`], [`Outcome::assert_attempts`], [`Timeline::assert`], [`SideBySide`] |
//! | have things go wrong by a seed | [`Harness::for_seeds`], [`Harness::faults`], [`Peer::random`], [`Harness::split_frames`] |
//! | ask whether an interceptor holds what any has to hold | [`laws::check`], [`laws::Laws`] |
//! | look at how a body is polled, or a service | [`Probe`], [`ReadyProbe`] |
//!
//! A dev-dependency of those who write interceptors; not part of the facade.

mod attempt;
mod body;
mod case;
mod clock;
mod failure;
mod harness;
mod headers;
pub mod laws;
mod message;
mod one_body;
mod outcome;
mod peer;
mod random;
mod ready;
mod record;
mod sides;
mod status;
mod timeline;

pub use attempt::{Attempt, RequestEnd, ResponseEnd};
pub use body::{EndStream, Probe, ScriptedBody};
pub use case::Case;
pub use failure::Failure;
pub use harness::{CallerScript, Harness, Moment};
pub use message::WireMessage;
pub use outcome::{Ending, Outcome};
pub use peer::{Peer, Script};
pub use random::Random;
pub use ready::{Readiness, ReadyProbe};
pub use record::Recorder;
pub use sides::SideBySide;
pub use status::IntoStatus;
pub use timeline::{Event, Timeline, What, Who};

/// Compiles the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
