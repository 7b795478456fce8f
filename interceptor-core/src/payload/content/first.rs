//! The first of what is to come of a response, before it goes out.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use tonic::{Status, body::Body};

use super::{Content, Outgoing, StatusIs};
use crate::{
    Message, Side,
    payload::{Event, OutgoingBody, Source},
};

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
                self.hold(message);
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

    /// A message that has passed the hooks goes out, and past those that are yet to come: they belong to a body of their own,
    /// which has this one below it.
    fn hold(&mut self, message: Message) {
        let rest = self.source.take();
        self.source = Source::held(message, rest);
        let (status, from_peer) = (self.status, self.from_peer);
        let side = if from_peer {
            Side::Client
        } else {
            Side::Server
        };
        let below = std::mem::replace(self, Self::empty());
        let body = UnsyncBoxBody::new(OutgoingBody::response(below, None, side));
        *self = Self::response(Body::new(body), status, side).that_may_fail();
    }
}
