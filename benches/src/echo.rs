//! The service below every chain: it does as little as a handler can.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{Stream, StreamExt as _, stream};
use testproto::echo::{EchoReply, EchoRequest, echo_server};
use tonic::{Request, Response, Status, Streaming};

/// Says back what it is told.
#[derive(Debug, Clone, Copy, Default)]
pub enum Echo {
    /// Streamed replies are ready now and then, so each gets a frame: the dear case for what wraps a body.
    #[default]
    OneByOne,
    /// Streamed replies are all ready at once, so tonic puts many into a frame.
    AtOnce,
}

type Replies = Pin<Box<dyn Stream<Item = Result<EchoReply, Status>> + Send>>;

#[tonic::async_trait]
impl echo_server::Echo for Echo {
    type ServerStreamStream = Replies;
    type BidiStreamStream = Replies;

    async fn unary_echo(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<EchoReply>, Status> {
        Ok(Response::new(reply(request.into_inner())))
    }

    async fn say(&self, request: Request<EchoRequest>) -> Result<Response<EchoReply>, Status> {
        self.unary_echo(request).await
    }

    async fn server_stream(
        &self,
        request: Request<EchoRequest>,
    ) -> Result<Response<Replies>, Status> {
        let request = request.into_inner();
        let count = request.count;
        let make = move || Ok(reply(request.clone()));
        Ok(Response::new(match self {
            Self::OneByOne => Box::pin(OneByOne::new(count, make)),
            Self::AtOnce => Box::pin(stream::repeat_with(make).take(count as usize)),
        }))
    }

    async fn client_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<EchoReply>, Status> {
        let mut requests = request.into_inner();
        let mut last = EchoRequest::default();
        while let Some(request) = requests.message().await? {
            last = request;
        }
        Ok(Response::new(reply(last)))
    }

    async fn bidi_stream(
        &self,
        request: Request<Streaming<EchoRequest>>,
    ) -> Result<Response<Replies>, Status> {
        let replies = request.into_inner().map(|request| request.map(reply));
        Ok(Response::new(Box::pin(replies)))
    }
}

fn reply(request: EchoRequest) -> EchoReply {
    EchoReply {
        text: request.text,
        index: 0,
        payload: request.payload,
    }
}

/// Messages each of which is ready only when it is asked for a second time.
///
/// tonic puts into one frame what is ready at once. So here each message has its frame.
#[derive(Debug)]
pub(crate) struct OneByOne<F> {
    left: u32,
    rested: bool,
    make: F,
}

impl<F> OneByOne<F> {
    pub(crate) fn new(count: u32, make: F) -> Self {
        Self {
            left: count,
            rested: true,
            make,
        }
    }
}

impl<F, M> Stream for OneByOne<F>
where
    F: FnMut() -> M + Unpin,
{
    type Item = M;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<M>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.rested = !self.rested;
        if self.rested {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.left -= 1;
        Poll::Ready(Some((self.make)()))
    }
}
