//! The hedges of one call, under way in one task.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use interceptor_core::{Call, CallType, Next, Replay, Reply, Side, tonic::Status};

use super::{
    Hedge,
    plan::{Plan, Verdict},
};
use crate::policy::{
    AttemptCounts, HedgingPolicy, RetryAttempt, by_origin,
    clock::{self, Timer},
    mark,
};

/// The hedges of one call.
struct Race<'h, T: CallType, F> {
    plan: Plan<'h>,
    replay: Replay<T>,
    side: Side,
    /// In the order in which they began, so that of two answers at once it is always the same one that counts.
    under_way: Vec<UnderWay<F>>,
    /// Whose response headers came first, by its number in the replay.
    answered: Arc<AtomicU32>,
    /// Whether one goes on alone.
    is_decided: bool,
    /// What the last hedge that came back said.
    last: Option<Status>,
}

/// One hedge under way.
struct UnderWay<F> {
    hedge: HedgeId,
    run: Pin<Box<F>>,
}

/// Which hedge it is.
struct HedgeId {
    /// Among the hedges of the call, from 0.
    number: u32,
    /// In the replay, where one that is sent again has another number.
    attempt: u32,
}

/// What happens next.
enum Event<T: CallType> {
    /// It is time for another hedge.
    Due,
    /// This one goes on alone.
    Alone(u32),
    /// This hedge was answered.
    Replied(u32, Reply<T>),
    /// A hedge came to nothing.
    Failed(HedgeId, Status),
}

const NOBODY: u32 = u32::MAX;

// === impl Hedge ===

impl Hedge {
    pub(super) async fn race<T: CallType, N: Next<T>>(
        &self,
        policy: &HedgingPolicy,
        call: Call<T>,
        next: N,
    ) -> Result<Reply<T>, Status> {
        let (side, deadline) = (call.side(), call.deadline());
        clock::not_passed(deadline)?;
        let mut timer = Timer::new(deadline);
        let plan = Plan::new(policy, self, side);
        let counts = call.extensions().get::<AttemptCounts>().cloned();
        let replay = call.into_replay_within(self.max_buffered_bytes, &self.budget);
        let mut race = Race::new(plan, replay, side);
        let run = |call| next.clone().run(call);
        race.begin_first(&run);
        while race.begin_due(&run) {
            let mut pause = Timer::new(race.plan.next());
            let idle = race.under_way.is_empty().then(clock::now);
            let event = poll_fn(|cx| match race.poll(cx) {
                Poll::Pending => pause.poll(cx).map(|()| Event::Due),
                ready @ Poll::Ready(_) => ready,
            });
            let event = clock::until(&mut timer, pin!(event)).await;
            if let (Some(counts), Some(since)) = (&counts, idle) {
                counts.add_waited(clock::now() - since);
            }
            match event? {
                Event::Due => {}
                Event::Alone(attempt) => race.goes_on_alone(attempt),
                Event::Replied(attempt, answer) => {
                    race.goes_on_alone(attempt);
                    return Ok(answer);
                }
                Event::Failed(hedge, status) => {
                    clock::not_passed(deadline)?;
                    race.failed(&hedge, status, &run)?;
                    tokio::task::yield_now().await;
                }
            }
        }
        Err(race.into_last())
    }
}

// === impl Race ===

impl<'h, T: CallType, F> Race<'h, T, F>
where
    F: Future<Output = Result<Reply<T>, Status>>,
{
    fn new(plan: Plan<'h>, replay: Replay<T>, side: Side) -> Self {
        Self {
            plan,
            replay,
            side,
            under_way: Vec::new(),
            answered: Arc::new(AtomicU32::new(NOBODY)),
            is_decided: false,
            last: None,
        }
    }

    fn begin_first(&mut self, run: &impl Fn(Call<T>) -> F) {
        let number = self.plan.first(clock::now());
        self.begin(number, false, run);
    }

    /// Begins what is due. Gives whether anything is under way, or to come.
    fn begin_due(&mut self, run: &impl Fn(Call<T>) -> F) -> bool {
        while let Some(number) = self.plan.due(clock::now()) {
            if !self.begin(number, false, run) {
                self.plan.freeze();
            }
        }
        !self.under_way.is_empty() || self.plan.next().is_some()
    }

    /// Begins a hedge, if the request can be sent again.
    fn begin(&mut self, number: u32, is_transparent: bool, run: &impl Fn(Call<T>) -> F) -> bool {
        let Some(mut call) = self.replay.attempt() else {
            return false;
        };
        let attempt = call.attempt();
        if attempt > 0 {
            count(&call, is_transparent);
            let previous_attempts = number;
            mark(
                &mut call,
                RetryAttempt {
                    previous_attempts,
                    is_transparent,
                },
            );
        }
        if !T::KIND.server_streaming() {
            self.watch(&mut call); // a streamed reply is there with its headers
        }
        let run = Box::pin(run(call));
        self.under_way.push(UnderWay {
            hedge: HedgeId { number, attempt },
            run,
        });
        true
    }

    /// The first hedge whose headers come is the call's.
    fn watch(&self, call: &mut Call<T>) {
        let (attempt, answered) = (call.attempt(), Arc::clone(&self.answered));
        call.on_response_headers(move || {
            let _ = answered.compare_exchange(NOBODY, attempt, Relaxed, Relaxed);
        });
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Event<T>> {
        if !self.is_decided
            && let Poll::Ready(attempt) = self.replay.poll_alone(cx)
        {
            return Poll::Ready(Event::Alone(attempt));
        }
        for index in 0..self.under_way.len() {
            let polled = self.under_way[index].run.as_mut().poll(cx);
            if let Poll::Ready(result) = polled {
                let UnderWay { hedge, .. } = self.under_way.remove(index);
                return Poll::Ready(match result {
                    Ok(reply) => Event::Replied(hedge.attempt, reply),
                    Err(status) => Event::Failed(hedge, status),
                });
            }
            let answered = self.answered.load(Relaxed);
            if !self.is_decided && answered != NOBODY {
                return Poll::Ready(Event::Alone(answered));
            }
        }
        Poll::Pending
    }

    /// Cancels the others. What is below may hold their requests for a while: they read nothing more, or they might use up
    /// the limit and cut off the one that goes on.
    fn goes_on_alone(&mut self, attempt: u32) {
        let is_other = |it: &mut UnderWay<F>| it.hedge.attempt != attempt;
        for other in self.under_way.extract_if(.., is_other) {
            self.replay.give_up(other.hedge.attempt);
        }
        self.plan.freeze();
        self.is_decided = true;
    }

    /// # Errors
    ///
    /// What the call ends with, if that decides it.
    fn failed(
        &mut self,
        hedge: &HedgeId,
        status: Status,
        run: &impl Fn(Call<T>) -> F,
    ) -> Result<(), Status> {
        self.replay.give_up(hedge.attempt);
        if self.is_decided {
            return Err(self.seen(status));
        }
        if self
            .replay
            .alone()
            .is_some_and(|alone| alone != hedge.attempt)
        {
            return Ok(()); // cut off, and not answered
        }
        match self.plan.after(&status, clock::now()) {
            Verdict::Again if self.begin(hedge.number, true, run) => Ok(()),
            Verdict::Again | Verdict::Fatal => Err(self.seen(status)),
            Verdict::NonFatal => {
                self.last = Some(status);
                Ok(())
            }
        }
    }

    /// What the last hedge ended with, now that there is no other.
    fn into_last(mut self) -> Status {
        let last = self.last.take();
        last.map_or_else(lost, |status| self.seen(status))
    }

    /// A status as the caller sees it: on a client with the code that the specification has for it.
    fn seen(&self, status: Status) -> Status {
        match self.side {
            Side::Client => by_origin(status),
            Side::Server => status,
        }
    }
}

fn count<T: CallType>(call: &Call<T>, is_transparent: bool) {
    if let Some(counts) = call.extensions().get::<AttemptCounts>() {
        if is_transparent {
            counts.add_transparent_retry();
        } else {
            counts.add_hedge();
        }
    }
}

/// A replay has its first attempt, always, and it comes back or is under way.
fn lost() -> Status {
    Status::internal("the request was lost before its first attempt")
}
