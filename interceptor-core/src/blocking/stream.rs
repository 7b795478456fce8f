//! An iterator of blocking code, as a stream.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use tonic::Status;

use super::{
    bridge::{AsyncHalf, Work},
    kept::Kept,
    ticket::Ticket,
};

/// An iterator of blocking code as a stream: what a blocking handler answers a streamed response with.
///
/// Each item is made on a thread of the pool when the stream is polled for it, so back-pressure is that of any stream, and
/// a slow reader costs no thread. Dropping the stream drops the iterator, on a thread too. A panic ends it with INTERNAL.
pub struct Replies<M: Send + 'static> {
    items: Items<BoxIterator<M>>,
}

pub(super) type BoxIterator<M> = Box<dyn Iterator<Item = Result<M, Status>> + Send>;

/// An iterator, and the threads that run it.
pub(super) struct Items<I: Iterator + Send + 'static> {
    // Dropped first: whatever the iterator waits for when it is dropped, it knows that the call is over.
    half: AsyncHalf,
    state: State<I>,
}

enum State<I: Iterator + Send + 'static> {
    Idle(Kept<I>),
    /// What comes of it is the iterator again and its item; or `None` at its end.
    Running(Work<Step<I>>),
    Ended,
}

/// What one step of an iterator comes to.
type Step<I> = Option<(Kept<I>, <I as Iterator>::Item)>;

// === impl Items ===

impl<I> Items<I>
where
    I: Iterator<Item: Send> + Send + 'static,
{
    pub(super) fn new(half: AsyncHalf, iterator: Kept<I>) -> Self {
        let state = State::Idle(iterator);
        Self { half, state }
    }

    /// An iterator that is made on a thread, with the first of its items.
    pub(super) fn made_by(half: AsyncHalf, make: impl FnOnce() -> I + Send + 'static) -> Self {
        let pool = half.bridge().ticket().pool().clone();
        let work = half.work(move || Kept::new(make(), pool).step());
        let state = State::Running(work);
        Self { half, state }
    }

    /// The next item; `Err` is a panic.
    pub(super) fn poll_item(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<I::Item, Status>>> {
        loop {
            match &mut self.state {
                State::Ended => return Poll::Ready(None),
                State::Running(work) => {
                    let made = ready!(self.half.poll(work, cx));
                    return Poll::Ready(self.made(made));
                }
                State::Idle(_) => self.run(),
            }
        }
    }

    /// The next item of those that may fail; a panic is one more. Nothing comes behind a failure.
    fn poll_result<M>(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<M, Status>>>
    where
        I: Iterator<Item = Result<M, Status>>,
    {
        let made = ready!(self.poll_item(cx));
        let item = made.map(|made| made.and_then(|item| item));
        if matches!(item, Some(Err(_)))
            && let State::Idle(iterator) = std::mem::replace(&mut self.state, State::Ended)
        {
            iterator.finish();
        }
        Poll::Ready(item)
    }

    fn run(&mut self) {
        if let State::Idle(iterator) = std::mem::replace(&mut self.state, State::Ended) {
            self.state = State::Running(self.half.work(move || iterator.step()));
        }
    }

    fn made(&mut self, made: Result<Step<I>, Status>) -> Option<Result<I::Item, Status>> {
        self.state = State::Ended;
        let (iterator, item) = match made {
            Ok(made) => made?,
            Err(panic) => return Some(Err(panic)),
        };
        self.state = State::Idle(iterator);
        Some(Ok(item))
    }
}

// === impl Replies ===

impl<M: Send + 'static> Replies<M> {
    pub(super) fn new(half: AsyncHalf, replies: Kept<BoxIterator<M>>) -> Self {
        let items = Items::new(half, replies);
        Self { items }
    }
}

impl<M: Send + 'static> Stream for Replies<M> {
    type Item = Result<M, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.items.poll_result(cx)
    }
}

impl<M: Send + 'static> Unpin for Replies<M> {}

impl<M: Send + 'static> fmt::Debug for Replies<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replies")
    }
}

/// Makes a stream of an iterator that may block: `Reply::from_stream(blocking::stream(replies))`,
/// `call.set_messages(blocking::stream(requests))`.
///
/// Each item is made on a thread of the pool when the stream is polled for it, so a slow reader costs no thread. A panic
/// of the iterator ends the stream with INTERNAL.
///
/// # Cost
///
/// Two changes of threads for each item.
pub fn stream<I, M>(items: I) -> impl Stream<Item = Result<M, Status>> + Send + 'static
where
    I: IntoIterator<Item = Result<M, Status>> + Send + 'static,
    I::IntoIter: Send + 'static,
    M: Send + 'static,
{
    let half = AsyncHalf::new(Ticket::of_current_code());
    MadeStream(Items::made_by(half, || items.into_iter()))
}

/// Items that may fail, as a stream.
pub(super) struct MadeStream<I: Iterator + Send + 'static>(pub(super) Items<I>);

impl<I, M> Stream for MadeStream<I>
where
    I: Iterator<Item = Result<M, Status>> + Send + 'static,
    M: Send + 'static,
{
    type Item = Result<M, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_result(cx)
    }
}

impl<I: Iterator + Send + 'static> Unpin for MadeStream<I> {}
