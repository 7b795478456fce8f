//! The peer below the chain: a server, for a client's chain; the handler, for a server's.

mod body;
mod play;
mod script;
mod service;

pub use script::Script;
pub(crate) use service::{PeerService, Setting};

use std::{fmt, sync::Arc, time::Duration};

use http::{HeaderMap, StatusCode};
use interceptor_core::tonic::{Code, metadata::MetadataMap};

use crate::{Failure, IntoStatus, Random, Readiness, WireMessage, headers};
use script::Step;

/// What stands below the chain, as a value: a [`Script`] for each attempt, the last one for all further ones.
///
/// The peers that have a name here read the request to its end before they answer, so that each attempt shows what was
/// sent. One that does not is a [`script`](Self::script).
///
/// | | answers |
/// |---|---|
/// | [`echo`](Self::echo) | what it gets |
/// | [`reply`](Self::reply) | messages, and OK |
/// | [`reject`](Self::reject) | an error, without messages |
/// | [`fail_times`](Self::fail_times) | an error to the first attempts, and then what it gets |
/// | [`fail_after`](Self::fail_after) | some messages, and then an error |
/// | [`no_trailers`](Self::no_trailers) | what it gets, and then nothing |
/// | [`hang`](Self::hang), [`hang_after`](Self::hang_after) | nothing, ever; or nothing more |
/// | [`drop_after`](Self::drop_after) | some messages, and then the connection is lost |
/// | [`panic`](Self::panic), [`panic_after`](Self::panic_after) | a panic |
/// | [`random`](Self::random) | one of these, by a seed |
#[derive(Clone)]
pub struct Peer {
    attempts: Source,
    headers: HeaderMap,
    trailers: HeaderMap,
    http_status: StatusCode,
    readiness: Readiness,
}

#[derive(Clone)]
enum Source {
    Scripts(Vec<Script>),
    Random(u64),
    Function(Arc<Choose>),
}

/// Chooses the script of an attempt by its number and its metadata.
type Choose = dyn Fn(usize, &MetadataMap) -> Script + Send + Sync;

// === impl Peer ===

impl Peer {
    /// Sends back what it gets: each message, or all of them as one where the response is unary. What a harness has for a
    /// peer if it was not told another.
    #[must_use]
    pub fn echo() -> Self {
        Self::script(Script::new().echo().end(Code::Ok))
    }

    /// Sends these messages, and OK. For a unary response they ought to be one.
    #[must_use]
    pub fn reply<M: Into<WireMessage>>(messages: impl IntoIterator<Item = M>) -> Self {
        Self::script(Script::new().read_all().send_all(messages).end(Code::Ok))
    }

    /// Ends the call with that status, without messages.
    #[must_use]
    pub fn reject(status: impl IntoStatus) -> Self {
        Self::script(Script::new().read_all().end(status))
    }

    /// Ends that many attempts with that status, and sends back what it gets from then on. It counts over all calls of a
    /// harness.
    #[must_use]
    pub fn fail_times(times: usize, status: impl IntoStatus) -> Self {
        Self::sequence([Self::reject(status).times(times), Self::echo()])
    }

    /// Sends that many messages, the numbers from 1 on, and then that status.
    #[must_use]
    pub fn fail_after(messages: usize, status: impl IntoStatus) -> Self {
        Self::after_messages(messages, |script| script.end(status))
    }

    /// Sends back what it gets, and ends without trailers.
    #[must_use]
    pub fn no_trailers() -> Self {
        Self::script(Script::new().echo().end_without_trailers())
    }

    /// Never answers.
    #[must_use]
    pub fn hang() -> Self {
        Self::script(Script::new().read_all().hang())
    }

    /// Sends headers and that many messages, the numbers from 1 on, and nothing any more.
    #[must_use]
    pub fn hang_after(messages: usize) -> Self {
        Self::after_messages(messages, Script::hang)
    }

    /// Sends headers and that many messages, the numbers from 1 on; then the connection is lost.
    #[must_use]
    pub fn drop_after(messages: usize) -> Self {
        Self::after_messages(messages, |script| script.fail(Failure::ConnectionLost))
    }

    /// Cannot be reached: no connection is made.
    #[must_use]
    pub fn unreachable() -> Self {
        Self::script(Script::new().fail(Failure::Connect))
    }

    /// Panics instead of answering.
    #[must_use]
    pub fn panic() -> Self {
        Self::script(Script::new().read_all().panic())
    }

    /// Sends headers and that many messages, the numbers from 1 on, and panics.
    #[must_use]
    pub fn panic_after(messages: usize) -> Self {
        Self::after_messages(messages, Script::panic)
    }

    /// Does what the script says, in each attempt.
    #[must_use]
    pub fn script(script: Script) -> Self {
        Self::new(Source::Scripts(vec![script]))
    }

    /// These one after the other, each for as many attempts as it has scripts; the last one for all further ones.
    ///
    /// Metadata, trailers and readiness are those of the first.
    ///
    /// # Panics
    ///
    /// If one of them is made by [`random`](Self::random) or [`from_fn`](Self::from_fn), which have no end; if there is
    /// none.
    #[must_use]
    pub fn sequence(peers: impl IntoIterator<Item = Self>) -> Self {
        let join = |mut first: Self, mut next: Self| {
            first.scripts_mut().append(next.scripts_mut());
            first
        };
        let peers = peers.into_iter();
        peers.reduce(join).expect("a sequence of at least one peer")
    }

    /// Does something else in each attempt: sends back what it gets, rejects, fails after some messages, breaks the
    /// connection, forgets the trailers, or takes its time. The same seed gives the same, attempt by attempt. It does not
    /// hang, and does not panic.
    #[must_use]
    pub fn random(seed: u64) -> Self {
        Self::new(Source::Random(seed))
    }

    /// Does what the function says for the attempt with that number, counted from 1 over all calls of a harness, and that
    /// metadata.
    #[must_use]
    pub fn from_fn<F>(script: F) -> Self
    where
        F: Fn(usize, &MetadataMap) -> Script + Send + Sync + 'static,
    {
        Self::new(Source::Function(Arc::new(script)))
    }

    /// The same for that many attempts as it was for one.
    ///
    /// # Panics
    ///
    /// If it was made by [`random`](Self::random) or [`from_fn`](Self::from_fn).
    #[must_use]
    pub fn times(mut self, times: usize) -> Self {
        let scripts = self.scripts_mut();
        *scripts = vec![std::mem::take(scripts); times].concat();
        self
    }

    /// Lets that much time pass, in each attempt, before it does anything.
    #[must_use]
    pub fn after(mut self, time: Duration) -> Self {
        let later = move |script: Script| script.first(Step::Wait(time));
        self.attempts = match self.attempts {
            Source::Scripts(scripts) => Source::Scripts(scripts.into_iter().map(later).collect()),
            other => Source::Function(Arc::new(move |attempt, metadata| {
                later(other.script(attempt, metadata))
            })),
        };
        self
    }

    /// Initial metadata of its responses.
    ///
    /// # Panics
    ///
    /// If that is not a header.
    #[must_use]
    pub fn metadata(mut self, name: &str, value: &str) -> Self {
        headers::insert(&mut self.headers, name, value);
        self
    }

    /// Trailers of its responses, beside the status.
    ///
    /// # Panics
    ///
    /// If that is not a header.
    #[must_use]
    pub fn trailer(mut self, name: &str, value: &str) -> Self {
        headers::insert(&mut self.trailers, name, value);
        self
    }

    /// The HTTP status of its responses. Default: 200, also for errors, as gRPC has it.
    ///
    /// # Panics
    ///
    /// If that is not an HTTP status.
    #[must_use]
    pub fn http_status(mut self, status: u16) -> Self {
        self.http_status = StatusCode::from_u16(status).expect("an HTTP status");
        self
    }

    /// When its service becomes ready. Default: at once.
    #[must_use]
    pub fn readiness(self, readiness: Readiness) -> Self {
        Self { readiness, ..self }
    }

    fn new(attempts: Source) -> Self {
        Self {
            attempts,
            headers: HeaderMap::new(),
            trailers: HeaderMap::new(),
            http_status: StatusCode::OK,
            readiness: Readiness::AtOnce,
        }
    }

    fn after_messages(messages: usize, end: impl FnOnce(Script) -> Script) -> Self {
        let script = Script::new().read_all().headers();
        Self::script(end(script.send_numbers(messages)))
    }

    fn scripts_mut(&mut self) -> &mut Vec<Script> {
        match &mut self.attempts {
            Source::Scripts(scripts) => scripts,
            _ => panic!("`random` and `from_fn` are for all attempts: nothing comes after them"),
        }
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peer")
    }
}

// === impl Source ===

impl Source {
    /// What is done in that attempt, counted from 1.
    fn script(&self, attempt: usize, metadata: &MetadataMap) -> Script {
        match self {
            Self::Scripts(scripts) => {
                let script = scripts.get(attempt - 1).or(scripts.last());
                script.cloned().unwrap_or_default()
            }
            Self::Random(seed) => random_script(*seed, attempt),
            Self::Function(function) => function(attempt, metadata),
        }
    }
}

/// One of the ways in which a peer can behave, hanging and panicking apart.
fn random_script(seed: u64, attempt: usize) -> Script {
    let mut random = Random::new(seed ^ (attempt as u64).rotate_left(32));
    let codes = [
        Code::Unavailable,
        Code::Internal,
        Code::NotFound,
        Code::Aborted,
    ];
    let code = codes[random.below(codes.len())];
    let some = random.below(4);
    let read = Script::new().read_all();
    match random.below(8) {
        0 => read.end(code),
        1 => read.headers().send_numbers(some).end(code),
        2 => read
            .headers()
            .send_numbers(some)
            .fail(Failure::ConnectionLost),
        3 => Script::new().read(some).fail(Failure::Reset(7)),
        4 => Script::new().echo().end_without_trailers(),
        5 => Script::new()
            .wait(Duration::from_millis(10))
            .echo()
            .end(Code::Ok),
        _ => Script::new().echo().end(Code::Ok),
    }
}
