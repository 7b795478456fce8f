//! Requests that a blocking caller streams.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use tokio::sync::oneshot;
use tonic::Request;

use crate::blocking::{bridge::AsyncHalf, stream::Items, ticket::Ticket};

/// Requests that come out of an iterator, as the stream that a generated client takes.
///
/// The iterator runs on threads of its own, when the connection has room for a message, so it may block: on a channel that
/// another part of the program fills, for instance.
pub struct Requests<M> {
    items: Box<dyn PollItem<M>>,
    /// Told if the iterator panics: such a stream never ends, since an end would look complete.
    panicked: Option<oneshot::Sender<()>>,
}

/// What can be streamed: any iterator, or a `tonic::Request` of one, with metadata and a deadline.
///
/// Written for both, so there is nothing to implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no stream of requests",
    label = "this needs an iterator, or a `tonic::Request` of one",
    note = "the iterator runs on another thread: it and its items are `Send + 'static`"
)]
pub trait IntoRequests<Kind> {
    /// The request message.
    type Message: Send + 'static;

    #[doc(hidden)]
    fn into_requests(self) -> (Request<Requests<Self::Message>>, oneshot::Receiver<()>);
}

/// An iterator.
#[derive(Debug)]
pub enum Bare {}
/// An iterator in a `tonic::Request`.
#[derive(Debug)]
pub enum Wrapped {}

impl<I> IntoRequests<Bare> for I
where
    I: IntoIterator<Item: Send + 'static, IntoIter: Send + 'static> + Send + 'static,
{
    type Message = I::Item;

    fn into_requests(self) -> (Request<Requests<I::Item>>, oneshot::Receiver<()>) {
        Request::new(self).into_requests()
    }
}

impl<I> IntoRequests<Wrapped> for Request<I>
where
    I: IntoIterator<Item: Send + 'static, IntoIter: Send + 'static> + Send + 'static,
{
    type Message = I::Item;

    fn into_requests(self) -> (Request<Requests<I::Item>>, oneshot::Receiver<()>) {
        let (panicked, broken) = oneshot::channel();
        (self.map(|items| Requests::new(items, panicked)), broken)
    }
}

/// [`Items`] without the type of the iterator.
trait PollItem<M>: Send {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<M, tonic::Status>>>;
}

impl<I> PollItem<I::Item> for Items<I>
where
    I: Iterator<Item: Send> + Send + 'static,
{
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<I::Item, tonic::Status>>> {
        self.poll_item(cx)
    }
}

// === impl Requests ===

impl<M: Send + 'static> Requests<M> {
    fn new<I>(items: I, panicked: oneshot::Sender<()>) -> Self
    where
        I: IntoIterator<Item = M, IntoIter: Send + 'static> + Send + 'static,
    {
        // It needs no permit: each such call has a thread of its own that waits for it, and is bounded by those.
        let half = AsyncHalf::new(Ticket::free());
        let items = Items::made_by(half, move || items.into_iter());
        Self {
            items: Box::new(items),
            panicked: Some(panicked),
        }
    }
}

impl<M> Stream for Requests<M> {
    type Item = M;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<M>> {
        let this = self.get_mut();
        match ready!(this.items.poll(cx)) {
            Some(Ok(request)) => Poll::Ready(Some(request)),
            Some(Err(_)) => {
                if let Some(panicked) = this.panicked.take() {
                    let _gone = panicked.send(()).is_err();
                }
                Poll::Pending
            }
            None if this.panicked.is_none() => Poll::Pending,
            None => Poll::Ready(None),
        }
    }
}

impl<M> fmt::Debug for Requests<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Requests")
    }
}
