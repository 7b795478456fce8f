//! A call on its way out.

use std::{
    fmt,
    task::{Context, Poll, ready},
};

use futures_core::Stream;
use http::Extensions;
use tonic::{Status, metadata::MetadataMap};

use crate::{
    CallType, Guard, Message, Payload, Single, Streaming,
    exchange::Exchange,
    message::Format,
    payload::{Chunks, Content, Hook, MapTrailers, Source, Trailers, ok_trailers},
};

/// A call on its way out: the response's initial metadata, its [`Payload`], its trailers and extensions.
///
/// A unary response is over when an interceptor gets it: message and trailers are in hand. A streamed one is there with
/// its headers; its messages and trailers are to come.
pub struct Reply<T: CallType> {
    exchange: Box<Exchange<T>>,
}

// === impl Reply ===

impl<T: CallType> Reply<T> {
    /// A box with a response in it.
    #[inline]
    pub(crate) fn of(exchange: Box<Exchange<T>>) -> Self {
        Self { exchange }
    }

    /// A response that was made here.
    fn made(content: Content, trailers: Option<MetadataMap>) -> Self {
        let mut metadata = http::HeaderMap::with_capacity(1);
        metadata.insert(http::header::CONTENT_TYPE, crate::layer::GRPC_CONTENT_TYPE);
        Self::of(Exchange::reply(
            MetadataMap::from_headers(metadata),
            content,
            trailers,
        ))
    }

    /// The response's initial metadata, its HTTP headers.
    #[must_use]
    pub fn metadata(&self) -> &MetadataMap {
        self.exchange.metadata()
    }

    /// The response's initial metadata, to change.
    pub fn metadata_mut(&mut self) -> &mut MetadataMap {
        self.exchange.metadata_mut()
    }

    /// The response's extensions.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.exchange.extensions
    }

    /// The response's extensions, to change.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.exchange.extensions
    }

    /// The trailers, if the call is over: they are in hand for a unary response, and to come for a streamed one.
    #[must_use]
    pub fn trailers(&self) -> Option<&MetadataMap> {
        self.exchange.answered().trailers.as_ref()
    }

    /// Changes the trailers: now, if they are in hand; else when they come. They have the call's `grpc-status` in them.
    pub fn map_trailers<F>(&mut self, map: F)
    where
        F: FnOnce(&mut MetadataMap) + Send + 'static,
    {
        let answered = self.exchange.answered_mut();
        match &mut answered.trailers {
            Some(trailers) => {
                answered.says_ok = false;
                map(trailers);
            }
            None => self.hook(Box::new(MapTrailers(Some(map)))),
        }
    }

    /// The response's messages.
    pub fn payload_mut(&mut self) -> &mut Payload<T::Response> {
        let Self { exchange } = self;
        let limit = exchange.facts.settings.max_message_size;
        if !exchange.response_payload().content().is_looked_at() {
            let format = Format::from_headers(exchange.metadata().as_ref(), limit);
            exchange.response_payload().content().look(format);
        }
        exchange.response_payload()
    }

    /// What the response carries, not looked at.
    #[inline]
    pub(crate) fn content(&mut self) -> &mut Content {
        self.exchange.response_payload().content()
    }

    /// Both the headers and what they are the headers of.
    #[inline]
    pub(crate) fn metadata_and_content(&mut self) -> (&MetadataMap, &mut Content) {
        self.exchange.response_sight()
    }

    /// Puts a guard around the polls of what is to come of the response.
    ///
    /// The end that it gives the response is the call's: on a server a status in the trailers, on a client the last item
    /// of the stream.
    ///
    /// # Errors
    ///
    /// Of a response that is in hand the bytes are shown at once: the status is what the guard says of them.
    pub fn guard(&mut self, mut guard: impl Guard) -> Result<(), Status> {
        let side = self.exchange.facts.side;
        if self.is_settled() {
            return self.content().show_in_hand(|bytes| guard.data(bytes));
        }
        self.content().guard_response(side, guard);
        Ok(())
    }

    /// Polls for the first of what is to come: ready when a message has begun or the response is over. It goes out as if
    /// nobody had asked.
    ///
    /// Of a response that is in hand, and of one whose headers say how it ended, it is ready at once.
    ///
    /// # Errors
    ///
    /// The status that the response ended with before any message, with its headers and trailers as metadata.
    ///
    /// # Cost
    ///
    /// None but the frame that is then in hand.
    pub fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>> {
        if self.is_settled() {
            return Poll::Ready(Ok(()));
        }
        ready!(self.content().poll_first(cx))
            .map_err(|mut status| {
                let headers = self.metadata().clone().into_headers();
                let trailers = std::mem::take(status.metadata_mut()).into_headers();
                let metadata = status.metadata_mut().as_mut();
                metadata.extend(headers);
                metadata.extend(trailers);
                metadata.remove(http::header::CONTENT_TYPE);
                status
            })
            .into()
    }

    /// Whether nothing more is to come.
    #[inline]
    pub(crate) fn is_settled(&self) -> bool {
        self.exchange.answered().trailers.is_some()
    }

    /// Whether its trailers are known to say OK. If not, they are to be read.
    #[inline]
    pub(crate) fn says_ok(&self) -> bool {
        self.exchange.answered().says_ok
    }

    /// Hangs a hook onto the messages and trailers to come.
    pub(crate) fn hook(&mut self, hook: Box<dyn Hook>) {
        if hook.wants_messages() {
            self.payload_mut();
        }
        self.content().push(hook);
    }

    #[inline]
    pub(crate) fn into_exchange(self) -> Box<Exchange<T>> {
        self.exchange
    }
}

impl<T: CallType<Response = Single>> Reply<T> {
    /// An answer without a call: OK, with this message.
    #[must_use]
    pub fn new(message: Message) -> Self {
        let mut content = Content::settled(Chunks::default());
        content.set_message(message);
        Self::made(content, Some(MetadataMap::from_headers(ok_trailers())))
    }

    /// The response message.
    ///
    /// # Errors
    ///
    /// As [`Payload::message`].
    pub async fn message(&mut self) -> Result<Message, Status> {
        self.payload_mut().message().await
    }

    /// Puts another message in the place of the response's.
    pub fn set_message(&mut self, message: Message) {
        self.payload_mut().set_message(message);
    }
}

impl<T: CallType<Response = Streaming>> Reply<T> {
    /// An answer without a call: these messages, and OK at their end. A status in the stream is the call's.
    pub fn from_stream<S>(messages: S) -> Self
    where
        S: Stream<Item = Result<Message, Status>> + Send + 'static,
    {
        let source = Source::messages(messages, Trailers::Ok);
        Self::made(Content::made(source), None)
    }

    /// Hands the response's messages to `map`, and puts what it makes of them in their place.
    ///
    /// A status in the new stream ends the response with it. At its end comes what the call ended with: its trailers, or
    /// its failure. If `map` did not read the messages to their end, that is all there is, and the response ends well.
    pub fn map_messages<S>(&mut self, map: impl FnOnce(Payload<Streaming>) -> S)
    where
        S: Stream<Item = Result<Message, Status>> + Send + 'static,
    {
        self.payload_mut().map_messages(map);
    }
}

impl<T: CallType> fmt::Debug for Reply<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("kind", &T::KIND)
            .field("metadata", self.metadata())
            .field("trailers", &self.trailers())
            .finish_non_exhaustive()
    }
}
