//! Messages in the hands of a blocking definition.

use std::future::poll_fn;

use tonic::Status;

use super::{
    bridge::{AsyncHalf, Bridge, still_stands},
    stream::{Items, MadeStream},
};
use crate::{
    Call, CallType, Cardinality, Message, Payload, Reply, Single, Streaming, payload::Content,
};

/// The messages of a payload, as an iterator; owned, so that what is made of them lives on behind `intercept_call`.
///
/// `next` blocks its thread until a message is there. A cancelled call gives CANCELLED and then nothing more, never an end
/// that looks complete.
#[derive(Debug)]
pub struct PayloadMessages {
    payload: Option<Payload<Streaming>>,
    bridge: Bridge,
}

/// The messages of a payload, as an iterator: what `Payload::blocking_messages` gives.
///
/// `next` blocks its thread until a message is there. A cancelled call gives CANCELLED and then nothing more.
#[derive(Debug)]
pub struct BlockingMessages<'a> {
    payload: &'a mut Payload<Streaming>,
    bridge: Bridge,
    is_over: bool,
}

// === impl PayloadMessages ===

impl Iterator for PayloadMessages {
    type Item = Result<Message, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut payload = self.payload.take()?;
        match read_item(&self.bridge, payload.take()) {
            Ok((content, message)) => {
                let more = matches!(message, Some(Ok(_)));
                self.payload = more.then(|| Payload::new(content));
                message
            }
            Err(cancelled) => Some(Err(cancelled)),
        }
    }
}

// === impl BlockingMessages ===

impl Iterator for BlockingMessages<'_> {
    type Item = Result<Message, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let message = match read_item(&self.bridge, self.payload.take()) {
            Ok((content, message)) => {
                *self.payload.content() = content;
                message
            }
            Err(cancelled) => Some(Err(cancelled)),
        };
        self.is_over = !matches!(message, Some(Ok(_)));
        message
    }
}

/// The next message, read on the async side.
fn read_item(
    bridge: &Bridge,
    mut content: Content,
) -> Result<(Content, Option<Result<Message, Status>>), Status> {
    bridge.wait(async move {
        let message = poll_fn(|cx| content.poll_item(cx)).await;
        if !matches!(message, Some(Ok(_))) {
            still_stands().await;
        }
        (content, message)
    })
}

// === impl Payload ===

impl<C: Cardinality> Payload<C> {
    /// Shows each message as it passes, on a thread, where `inspect` may block: [`inspect`](Self::inspect) for blocking
    /// definitions.
    ///
    /// # Errors
    ///
    /// As [`blocking_try_map`](Self::blocking_try_map).
    pub fn blocking_inspect<F>(&mut self, mut inspect: F) -> Result<(), Status>
    where
        F: FnMut(&Message) + Send + 'static,
    {
        self.blocking_try_map(move |message| {
            inspect(&message);
            Ok(message)
        })
    }

    /// Changes each message as it passes, or ends the call with a status, on a thread, where `map` may block:
    /// [`try_map`](Self::try_map) for blocking definitions.
    ///
    /// The one message of a unary payload is read and changed now; those of a stream when they pass.
    ///
    /// # Errors
    ///
    /// What `map` says of a unary payload's message, or why it cannot be read; CANCELLED if the call was cancelled; INTERNAL
    /// outside of a blocking `intercept_call`.
    pub fn blocking_try_map<F>(&mut self, mut map: F) -> Result<(), Status>
    where
        F: FnMut(Message) -> Result<Message, Status> + Send + 'static,
    {
        if C::STREAMING {
            return self
                .map_on_threads(|messages| messages.map(move |item| item.and_then(&mut map)));
        }
        let message = self.read_one()?;
        let mapped = map(message.clone())?;
        if !mapped.is_same(&message) {
            self.content().set_message(mapped);
        }
        Ok(())
    }

    /// Reads the message of a unary payload.
    fn read_one(&mut self) -> Result<Message, Status> {
        let bridge = Bridge::current()?;
        bridge.stands()?;
        let mut content = self.take();
        let read = bridge.wait(async move {
            let message = poll_fn(|cx| content.poll_message(cx)).await;
            if message.is_err() {
                still_stands().await;
            }
            (content, message)
        });
        let (content, message) = read?;
        *self.content() = content;
        message
    }

    /// Puts in the place of a stream's messages what `map` makes of them on threads.
    fn map_on_threads<I>(
        &mut self,
        map: impl FnOnce(PayloadMessages) -> I + Send + 'static,
    ) -> Result<(), Status>
    where
        I: Iterator<Item = Result<Message, Status>> + Send + 'static,
    {
        let ticket = Bridge::current()?.ticket().clone();
        self.replace_messages(|payload| {
            let half = AsyncHalf::new(ticket);
            let messages = PayloadMessages {
                payload: Some(payload),
                bridge: half.bridge().clone(),
            };
            MadeStream(Items::made_by(half, move || map(messages)))
        });
        Ok(())
    }
}

impl Payload<Single> {
    /// The message: [`message`](Self::message) for blocking definitions. It is read, if it did not come yet, and kept.
    ///
    /// # Errors
    ///
    /// As `message`; CANCELLED, at once, if the call was cancelled; INTERNAL outside of a blocking `intercept_call`.
    pub fn blocking_message(&mut self) -> Result<Message, Status> {
        self.read_one()
    }
}

impl Payload<Streaming> {
    /// The messages, taken out of the call: who reads them here keeps them from whom they were for. A status that the stream
    /// ended with goes on.
    ///
    /// # Errors
    ///
    /// INTERNAL outside of a blocking `intercept_call`.
    pub fn blocking_messages(&mut self) -> Result<BlockingMessages<'_>, Status> {
        let bridge = Bridge::current()?;
        Ok(BlockingMessages {
            payload: self,
            bridge,
            is_over: false,
        })
    }
}

// === impl Call ===

impl<T: CallType<Request = Single>> Call<T> {
    /// The request message: [`message`](Self::message) for blocking definitions.
    ///
    /// # Errors
    ///
    /// As [`Payload::blocking_message`].
    pub fn blocking_message(&mut self) -> Result<Message, Status> {
        self.payload_mut().blocking_message()
    }
}

impl<T: CallType<Request = Streaming>> Call<T> {
    /// Hands the request's messages to `map`, and puts what it makes of them in their place, as
    /// [`map_messages`](Self::map_messages): `map` and the iterator that it returns run on threads, and may block.
    ///
    /// # Errors
    ///
    /// INTERNAL outside of a blocking `intercept_call`.
    pub fn blocking_map_messages<I>(
        &mut self,
        map: impl FnOnce(PayloadMessages) -> I + Send + 'static,
    ) -> Result<(), Status>
    where
        I: Iterator<Item = Result<Message, Status>> + Send + 'static,
    {
        self.payload_mut().map_on_threads(map)
    }
}

// === impl Reply ===

impl<T: CallType<Response = Single>> Reply<T> {
    /// The response message: [`message`](Self::message) for blocking definitions.
    ///
    /// # Errors
    ///
    /// As [`Payload::blocking_message`].
    pub fn blocking_message(&mut self) -> Result<Message, Status> {
        self.payload_mut().blocking_message()
    }
}

impl<T: CallType<Response = Streaming>> Reply<T> {
    /// Hands the response's messages to `map`, and puts what it makes of them in their place, as
    /// [`map_messages`](Self::map_messages): `map` and the iterator that it returns run on threads, and may block.
    ///
    /// # Errors
    ///
    /// INTERNAL outside of a blocking `intercept_call`.
    pub fn blocking_map_messages<I>(
        &mut self,
        map: impl FnOnce(PayloadMessages) -> I + Send + 'static,
    ) -> Result<(), Status>
    where
        I: Iterator<Item = Result<Message, Status>> + Send + 'static,
    {
        self.payload_mut().map_on_threads(map)
    }
}
