//! Handlers that block, as the futures that tonic's generated services run: what `#[blocking_service]` writes calls these.

use std::future::poll_fn;

use tonic::{Request, Response, Status, Streaming};

use super::{Messages, Replies, bridge::AsyncHalf, ticket::Ticket};
use crate::Side;

type Answer<M> = Result<Response<M>, Status>;

/// A request, and the side of it that polls.
#[derive(Debug)]
pub struct Handling<I> {
    half: AsyncHalf,
    request: Request<I>,
}

// === impl Handling ===

impl<M> Handling<M> {
    /// A request of one message.
    pub fn one(mut request: Request<M>) -> Self {
        let half = AsyncHalf::new(Ticket::of(request.extensions_mut(), Side::Server));
        Self { half, request }
    }
}

impl<M: Send + 'static> Handling<Messages<M>> {
    /// A request of a stream of messages.
    pub fn stream(request: Request<Streaming<M>>) -> Self {
        let Handling { half, request } = Handling::one(request);
        let bridge = half.bridge().clone();
        let request = request.map(|stream| Messages::of_handler(stream, bridge));
        Self { half, request }
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
        let (half, response) = self
            .run(move |request| {
                let response = handler(service, request)?;
                Ok(response.map(|replies| Box::new(replies.into_iter()) as Box<_>))
            })
            .await?;
        Ok(response.map(|replies| Replies::new(half, replies)))
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
