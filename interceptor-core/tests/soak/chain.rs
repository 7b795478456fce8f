//! The chains of both ends, and how many calls started and ended in the eyes of their observers.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
};

use interceptor_core::{
    Call, CallType, End, Interceptor, Next, Observe, Observer, Passing, Reply, Start, Wants,
};
use tonic::Status;

use crate::support::chain::one_body;

/// What the observers of both ends have seen: the outermost and the innermost of each chain.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sides {
    pub(crate) client: [Counts; 2],
    pub(crate) server: [Counts; 2],
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Counts(Arc<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    started: AtomicU64,
    ended: AtomicU64,
    messages: AtomicU64,
    /// By code.
    codes: [AtomicU64; 17],
}

// === impl Sides ===

impl Sides {
    fn all(&self) -> impl Iterator<Item = (&'static str, &Counts)> {
        let names = [
            "client, outermost",
            "client, innermost",
            "server, outermost",
            "server, innermost",
        ];
        names
            .into_iter()
            .zip(self.client.iter().chain(&self.server))
    }

    pub(crate) fn are_quiet(&self) -> bool {
        self.all()
            .all(|(_, counts)| counts.0.started.load(SeqCst) == counts.0.ended.load(SeqCst))
    }

    pub(crate) fn assert_busy(&self) {
        for (name, counts) in self.all() {
            let [ok, cancelled, ..] = &counts.0.codes;
            assert!(
                ok.load(SeqCst) > 0 && cancelled.load(SeqCst) > 0,
                "{name}: {self}"
            );
        }
    }
}

impl fmt::Display for Sides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, Counts(numbers)) in self.all() {
            let count = |number: &AtomicU64| number.load(SeqCst);
            let codes: Vec<_> = numbers.codes.iter().map(count).collect();
            let (started, ended, messages) = (
                count(&numbers.started),
                count(&numbers.ended),
                count(&numbers.messages),
            );
            writeln!(
                f,
                "{name}: {started} started, {ended} ended, {messages} messages, by code {codes:?}"
            )?;
        }
        Ok(())
    }
}

impl Observer for Counts {
    type Call = u64;

    fn start(&self, _: &mut Start<'_>) -> u64 {
        self.0.started.fetch_add(1, SeqCst)
    }

    fn wants_requests(&self, number: &u64) -> Wants {
        [Wants::Nothing, Wants::Lengths, Wants::Messages][usize::try_from(number % 3).unwrap()]
    }

    fn wants_responses(&self, number: &u64) -> Wants {
        self.wants_requests(&(number / 3))
    }

    fn request_message(&self, _: &mut u64, _: &Passing<'_>) {
        self.0.messages.fetch_add(1, SeqCst);
    }

    fn response_message(&self, _: &mut u64, _: &Passing<'_>) {
        self.0.messages.fetch_add(1, SeqCst);
    }

    fn end(&self, _: u64, end: &End<'_>) {
        self.0.ended.fetch_add(1, SeqCst);
        self.0.codes[usize::try_from(i32::from(end.code())).unwrap()].fetch_add(1, SeqCst);
    }
}

/// Of the calls that come, refuses some before and some behind the rest of the chain, looks at the messages of some, and
/// makes a second attempt of some that fail.
#[derive(Debug, Clone, Default)]
struct Moody(Arc<AtomicU64>);

impl Moody {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let number = self.0.fetch_add(1, SeqCst);
        if number.is_multiple_of(17) {
            return Err(Status::resource_exhausted("not now"));
        }
        if number.is_multiple_of(3) {
            call.payload_mut()
                .inspect(|message| drop(message.bytes()))?;
        }
        let mut reply = if number.is_multiple_of(5) {
            twice(call, next).await?
        } else {
            next.run(call).await?
        };
        if number.is_multiple_of(19) {
            return Err(Status::data_loss("too late"));
        }
        if number.is_multiple_of(7) {
            reply
                .payload_mut()
                .inspect(|message| drop(message.bytes()))?;
        }
        Ok(reply)
    }
}

one_body!([] Moody);

async fn twice<T: CallType>(call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status> {
    let mut replay = call.into_replay(1 << 16);
    let attempt = replay
        .attempt()
        .ok_or_else(|| Status::internal("no first attempt"))?;
    let first = next.clone().run(attempt).await;
    match replay.restart().filter(|_| first.is_err()) {
        Some(second) => next.run(second).await,
        None => first,
    }
}

/// The chain of one end, for all its connections.
pub(crate) fn chain(counts: &[Counts; 2]) -> impl Interceptor + Clone {
    let [outer, inner] = counts.clone().map(Observe::new);
    (outer, Moody::default(), inner)
}
