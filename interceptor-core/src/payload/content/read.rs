//! Messages in the hands of interceptors: looked at, replaced, and read to their end.

use std::task::{Context, Poll, ready};

use tonic::Status;

use super::{Content, Outgoing, StatusIs};
use crate::{
    Message,
    message::{Format, Parser},
    payload::{Chunks, Source, hook::Replace},
    status::wire,
};

impl Content {
    /// Puts one message in the place of the one that is in hand or comes. What comes is still read, and past the hooks
    /// that hang here already: what they say of it counts.
    pub(crate) fn set_message(&mut self, message: Message) {
        match &mut self.source {
            Source::Held(held) => held.message = Some(message),
            Source::Settled(_) => {
                self.source = Source::held(message, Source::Ended);
            }
            _ => self.push(Box::new(Replace(Some(message)))),
        }
    }

    /// The one message of a body, if it is in hand.
    pub(crate) fn message_in_hand(&mut self) -> Option<Result<Message, Status>> {
        match &self.source {
            Source::Held(held) => held.message.clone().map(Ok),
            Source::Settled(chunks) => {
                let extra = self.extra.get_or_insert_default();
                if extra.seen.is_none() {
                    let format = extra.format.clone().unwrap_or_default();
                    match first_message(chunks, format) {
                        Ok(message) => extra.seen = Some(message),
                        Err(status) => return Some(Err(status)),
                    }
                }
                extra.seen.clone().map(Ok)
            }
            _ => None,
        }
    }

    /// Reads up to the one message of a body, and keeps it.
    pub(crate) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Message, Status>> {
        if let Some(message) = self.message_in_hand() {
            return Poll::Ready(message);
        }
        let format = self.format();
        self.source.parse(&format);
        Poll::Ready(match ready!(self.poll_next(cx)) {
            Some(Outgoing::Message(message)) => {
                let rest = self.source.take();
                self.source = Source::held(message.clone(), rest);
                Ok(message)
            }
            Some(Outgoing::Broken(status) | Outgoing::Failed(status)) => {
                self.source = Source::Failed(status.clone());
                Err(status)
            }
            Some(Outgoing::Trailers(trailers)) => {
                self.source = Source::Trailers(Box::new(trailers));
                Err(self.missing_message())
            }
            Some(Outgoing::Data(_)) | None => Err(self.missing_message()),
        })
    }

    fn missing_message(&self) -> Status {
        match self.status {
            StatusIs::Nowhere => Status::internal("Missing request message."),
            StatusIs::InHeaders | StatusIs::InTrailers => missing_message(),
        }
    }

    /// The next message of a stream. A status that the stream ended with is its last item, and goes on to the peer as it
    /// came.
    pub(crate) fn poll_item(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Message, Status>>> {
        if matches!(
            self.source,
            Source::Trailers(_) | Source::Failed(_) | Source::Ended
        ) {
            return Poll::Ready(None); // read to its end before
        }
        let format = self.format();
        self.source.parse(&format);
        Poll::Ready(match ready!(self.poll_next(cx)) {
            Some(Outgoing::Message(message)) => Some(Ok(message)),
            Some(Outgoing::Trailers(trailers)) => {
                let failure = self.status_in(&trailers);
                self.source = Source::Trailers(Box::new(trailers));
                failure.map(Err)
            }
            Some(Outgoing::Broken(status) | Outgoing::Failed(status)) => {
                self.source = Source::Failed(status.clone());
                Some(Err(status))
            }
            Some(Outgoing::Data(_)) | None => self.missing_trailers(),
        })
    }

    /// The last item of a response that ended without trailers.
    fn missing_trailers(&self) -> Option<Result<Message, Status>> {
        let missing = self.status == StatusIs::InTrailers;
        missing.then(|| Err(self.of_peer(wire::missing(http::StatusCode::OK))))
    }
}

/// The first message of frames that are in hand.
fn first_message(chunks: &Chunks, format: Format) -> Result<Message, Status> {
    let mut parser = Parser::new(format);
    for chunk in chunks.iter() {
        if let Some(message) = parser.feed(chunk.clone())? {
            return Ok(message);
        }
    }
    Err(missing_message())
}

/// As tonic says it.
pub(crate) fn missing_message() -> Status {
    Status::internal("Missing response message.")
}
