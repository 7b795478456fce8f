//! The first of what is to come of a response, before it goes out.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tonic::Status;

use super::{Content, Outgoing, StatusIs};
use crate::payload::{Event, Source};

impl Content {
    /// Ready when a message has begun, or the response is over. An error is the status that it ended with before any
    /// message. What was read stays in hand.
    pub(crate) fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>> {
        if self.status == StatusIs::InHeaders || self.has_first() {
            return Poll::Ready(Ok(()));
        }
        loop {
            match ready!(self.poll_source(cx)) {
                Some(Event::Data(data)) if data.is_empty() => {}
                Some(Event::Data(data)) => {
                    self.put_back(data);
                    return Poll::Ready(Ok(()));
                }
                event => return Poll::Ready(self.begin(event)),
            }
        }
    }

    /// Whether something of a body is in hand, or it is over.
    fn has_first(&self) -> bool {
        match &self.source {
            Source::Raw(raw) => !raw.ahead.is_empty(),
            Source::Held(held) => held.message.is_some(),
            Source::Parsed(_) | Source::Messages(_) => false,
            Source::Settled(_) | Source::Trailers(_) | Source::Failed(_) | Source::Ended => true,
        }
    }

    /// A frame that was taken goes out as it came.
    fn put_back(&mut self, data: Bytes) {
        if let Source::Raw(raw) = &mut self.source {
            raw.ahead.push(data);
        }
    }

    /// The first thing passes the hooks, and waits to go out.
    fn begin(&mut self, event: Option<Event>) -> Result<(), Status> {
        match self.passed(event) {
            Some(Outgoing::Message(message)) => {
                let rest = self.source.take();
                self.source = Source::held(message, rest);
                Ok(())
            }
            Some(Outgoing::Trailers(trailers)) => {
                let failure = self.status_in(&trailers);
                self.source = Source::Trailers(Box::new(trailers));
                failure.map_or(Ok(()), Err)
            }
            Some(Outgoing::Broken(status) | Outgoing::Failed(status)) => Err(status),
            Some(Outgoing::Data(_)) | None => Ok(()),
        }
    }
}
