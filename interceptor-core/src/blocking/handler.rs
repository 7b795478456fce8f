//! Handlers that block, as the futures that tonic's generated services run: what `#[blocking_service]` writes calls these.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Weak},
};

use futures_core::Stream;
use tonic::{Request, Response, Status, Streaming};

use super::{
    Messages, Replies, bridge::AsyncHalf, kept::Kept, stream::BoxIterator, ticket::Ticket,
};
use crate::Side;

/// The replies of a trait with default stubs.
pub type BoxStream<M> = Pin<Box<dyn Stream<Item = Result<M, Status>> + Send>>;

type Answer<M> = Result<Response<M>, Status>;

/// A request, and the side of it that polls.
#[derive(Debug)]
pub struct Handling<I> {
    half: AsyncHalf,
    request: Request<I>,
    /// There until its messages were read to an end.
    reads: Weak<()>,
}

/// What an iterator of replies gives.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what replies are",
    label = "an iterator of replies gives `Result<M, Status>`"
)]
pub trait ReplyItem {
    /// The message.
    type Message;
}

impl<M> ReplyItem for Result<M, Status> {
    type Message = M;
}

/// What runs handlers on other threads.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be cloned",
    label = "blocking handlers run on threads of their own, with a clone of the service for each call",
    note = "put `#[derive(Clone)]` on `{Self}`, and what calls share into an `Arc`; or generate the trait with `use_arc_self`, and take `self: Arc<Self>`"
)]
pub trait ServesOnThreads: Clone {}

#[diagnostic::do_not_recommend]
impl<S: Clone> ServesOnThreads for S {}

/// The clone for one call.
pub fn to_a_thread<S: ServesOnThreads>(service: &S) -> S {
    service.clone()
}

// === impl Handling ===

impl<M> Handling<M> {
    /// A request of one message.
    pub fn one(mut request: Request<M>) -> Self {
        let half = AsyncHalf::new(Ticket::of(request.extensions_mut(), Side::Server));
        Self {
            half,
            request,
            reads: Weak::new(),
        }
    }
}

impl<M: Send + 'static> Handling<Messages<M>> {
    /// A request of a stream of messages.
    pub fn stream(request: Request<Streaming<M>>) -> Self {
        let Handling { half, request, .. } = Handling::one(request);
        let (bridge, reading) = (half.bridge().clone(), Arc::new(()));
        let reads = Arc::downgrade(&reading);
        let request = request.map(|stream| Messages::of_handler(stream, bridge, reading));
        Self {
            half,
            request,
            reads,
        }
    }
}

impl<I: Send + 'static> Handling<I> {
    /// Has a thread answer with one message.
    ///
    /// # Errors
    ///
    /// The handler's status; INTERNAL if it panics; `RESOURCE_EXHAUSTED` if there is no thread for it.
    pub async fn reply<S, M>(
        self,
        service: S,
        handler: impl FnOnce(S, Request<I>) -> Answer<M> + Send + 'static,
    ) -> Answer<M>
    where
        S: Send + 'static,
        M: Send + 'static,
    {
        self.run(move |request| handler(service, request))
            .await
            .map(|(_, response)| response)
    }

    /// Has a thread answer with an iterator of messages, and threads run the iterator.
    ///
    /// # Errors
    ///
    /// As [`reply`](Self::reply).
    pub async fn replies<S, R, M>(
        self,
        service: S,
        handler: impl FnOnce(S, Request<I>) -> Answer<R> + Send + 'static,
    ) -> Answer<Replies<M>>
    where
        S: Send + 'static,
        R: IntoIterator<Item = Result<M, Status>>,
        R::IntoIter: Send + 'static,
        M: Send + 'static,
    {
        let (pool, reads) = (
            self.half.bridge().ticket().pool().clone(),
            self.reads.clone(),
        );
        let (half, response) = self
            .run(move |request| {
                let response = handler(service, request)?;
                Ok(response.map(|replies| {
                    let replies: BoxIterator<M> = Box::new(replies.into_iter());
                    Kept::new(replies, pool).reading(reads)
                }))
            })
            .await?;
        Ok(response.map(|replies| Replies::new(half, replies)))
    }

    /// [`replies`](Self::replies) as a trait with default stubs wants them.
    ///
    /// # Errors
    ///
    /// As [`reply`](Self::reply).
    pub async fn boxed_replies<S, R, M>(
        self,
        service: S,
        handler: impl FnOnce(S, Request<I>) -> Answer<R> + Send + 'static,
    ) -> Answer<BoxStream<M>>
    where
        S: Send + 'static,
        R: IntoIterator<Item = Result<M, Status>>,
        R::IntoIter: Send + 'static,
        M: Send + 'static,
    {
        let response = self.replies(service, handler).await?;
        Ok(response.map(|replies| Box::pin(replies) as BoxStream<M>))
    }

    async fn run<M: Send + 'static>(
        mut self,
        handler: impl FnOnce(Request<I>) -> Answer<M> + Send + 'static,
    ) -> Result<(AsyncHalf, Response<M>), Status> {
        let request = self.request;
        let mut work = self.half.work(move || handler(request));
        let response = poll_fn(|cx| self.half.poll(&mut work, cx)).await??;
        Ok((self.half, response))
    }
}
