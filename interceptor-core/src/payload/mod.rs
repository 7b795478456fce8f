//! The messages of a call, going one way.

mod chunks;
mod content;
mod guard;
mod hook;
mod outgoing;
mod source;

pub(crate) use chunks::{Chunks, are_too_many};
pub(crate) use content::{Content, FrameResult, Outgoing, StatusIs, Whole, missing_message};
pub use guard::Guard;
pub(crate) use hook::{Hook, Hooks, MapTrailers};
pub(crate) use outgoing::{Departure, Failure, OutgoingBody};
pub(crate) use source::{Event, Source, Trailers, ok_trailers};

use std::{
    fmt,
    future::poll_fn,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use tonic::Status;

use crate::{Cardinality, Message, Single, Streaming};
use hook::{Inspect, KeptEnd, TryMap};

/// The messages of a call, going one way: one, or a stream of them.
///
/// What nobody looks at is not touched: a request goes on as the same body, a streamed response frame by frame. From the
/// first look on, frames are cut into messages, once, however many look. A message that nobody changed goes out as it
/// came, in its original compression.
///
/// There are adapters only, no channels and no tasks: back-pressure is that of the bare service.
pub struct Payload<C: Cardinality> {
    content: Content,
    cardinality: PhantomData<fn() -> C>,
}

// === impl Payload ===

impl<C: Cardinality> Payload<C> {
    #[inline]
    pub(crate) fn new(content: Content) -> Self {
        Self {
            content,
            cardinality: PhantomData,
        }
    }

    #[inline]
    pub(crate) fn content(&mut self) -> &mut Content {
        &mut self.content
    }

    #[inline]
    pub(crate) fn into_content(self) -> Content {
        self.content
    }

    pub(crate) fn take(&mut self) -> Content {
        std::mem::replace(&mut self.content, Content::empty())
    }

    /// Hands the messages to `map`, and puts what it makes of them in their place.
    pub(crate) fn replace_messages<S>(&mut self, map: impl FnOnce(Payload<Streaming>) -> S)
    where
        S: Stream<Item = Result<Message, Status>> + Send + 'static,
    {
        let mut below = self.content.take();
        let kept = KeptEnd::new(below.take_end());
        below.push(Box::new(kept.clone()));
        let trailers = Trailers::Kept(kept, below.status());
        let stream = map(Payload::new(below));
        self.content.replace(Source::messages(stream, trailers));
    }

    fn in_hand(&mut self) -> Option<Result<Message, Status>> {
        (!C::STREAMING)
            .then(|| self.content.message_in_hand())
            .flatten()
    }

    /// Shows each message as it passes.
    ///
    /// # Errors
    ///
    /// A message that is already in hand is shown at once: the status says why it cannot be, such as a broken frame.
    pub fn inspect<F>(&mut self, mut inspect: F) -> Result<(), Status>
    where
        F: FnMut(&Message) + Send + 'static,
    {
        match self.in_hand() {
            Some(message) => inspect(&message?),
            None => self.content.push(Box::new(Inspect(inspect))),
        }
        Ok(())
    }

    /// Changes each message as it passes, or ends the call with a status.
    ///
    /// # Errors
    ///
    /// A message that is already in hand is changed at once: the status is what `map` says, or why the message cannot be
    /// read. A refusal of a later message ends the payload with its status, and cancels what is below.
    pub fn try_map<F>(&mut self, mut map: F) -> Result<(), Status>
    where
        F: FnMut(Message) -> Result<Message, Status> + Send + 'static,
    {
        match self.in_hand() {
            Some(message) => {
                let message = message?;
                let mapped = map(message.clone())?;
                if !mapped.is_same(&message) {
                    self.content.set_message(mapped);
                }
            }
            None => self.content.push(Box::new(TryMap(map))),
        }
        Ok(())
    }
}

impl Payload<Single> {
    /// The message. It is read, if it did not come yet, and kept: it still goes to whom it is for.
    ///
    /// # Errors
    ///
    /// INTERNAL if the payload ended without a message or is not framed as gRPC says; `OUT_OF_RANGE` if the message is over
    /// the layer's `max_message_size`; else the status that the payload ended with.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost when the future is dropped.
    pub async fn message(&mut self) -> Result<Message, Status> {
        poll_fn(|cx| self.content.poll_message(cx)).await
    }

    /// Puts another message in the place of the one that is here or comes.
    pub fn set_message(&mut self, message: Message) {
        self.content.set_message(message);
    }
}

impl Payload<Streaming> {
    /// Puts other messages in the place of a request's. Those that come are dropped unread.
    pub(crate) fn set_messages<S>(&mut self, stream: S)
    where
        S: Stream<Item = Result<Message, Status>> + Send + 'static,
    {
        drop(self.content.take());
        let messages = Source::messages(stream, Trailers::None);
        self.content.replace(messages);
    }

    /// Hands the messages to `map`, and puts what it makes of them in their place.
    pub(crate) fn map_messages<S>(&mut self, map: impl FnOnce(Self) -> S)
    where
        S: Stream<Item = Result<Message, Status>> + Send + 'static,
    {
        self.replace_messages(map);
    }
}

/// The messages, taken out of the call: who reads them here keeps them from whom they were for.
impl Stream for Payload<Streaming> {
    type Item = Result<Message, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.content.poll_item(cx)
    }
}

impl<C: Cardinality> Unpin for Payload<C> {}

impl<C: Cardinality> fmt::Debug for Payload<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payload")
            .field("streaming", &C::STREAMING)
            .field("content", &self.content)
            .finish()
    }
}
