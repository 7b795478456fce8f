use bytes::Bytes;
use http::HeaderMap;

use super::{Passing, Wants};
use crate::{
    Message,
    message::{Format, Parser, Walk},
};

/// Reads the frames of a body as they pass. It changes none, and fails at none.
#[derive(Debug)]
pub(super) struct Reader {
    walk: Walk,
    /// For who wants messages.
    messages: Option<Box<Messages>>,
}

#[derive(Debug)]
struct Messages {
    format: Format,
    parser: Parser,
}

// === impl Reader ===

impl Reader {
    /// For lengths alone.
    #[inline]
    pub(super) fn of_lengths() -> Self {
        Self {
            walk: Walk::default(),
            messages: None,
        }
    }

    /// For what is wanted of the body that `headers` belong to, if anything is.
    #[inline]
    pub(super) fn new(wants: Wants, headers: &HeaderMap, max_message_size: usize) -> Option<Self> {
        match wants {
            Wants::Nothing => None,
            Wants::Lengths => Some(Self::of_lengths()),
            Wants::Messages => {
                let format = Format::from_headers(headers, max_message_size);
                Some(Self {
                    walk: Walk::default(),
                    messages: Some(Box::new(Messages::new(format))),
                })
            }
        }
    }

    /// Shows each message whose last byte is in `chunk`.
    #[inline]
    pub(super) fn read(&mut self, chunk: &Bytes, mut show: impl FnMut(&Passing<'_>)) {
        match self.walk.whole(chunk) {
            Some(extent) if self.messages.is_none() => show(&Passing::new(extent, None)),
            _ => self.read_on(chunk, show),
        }
    }

    fn read_on(&mut self, chunk: &Bytes, mut show: impl FnMut(&Passing<'_>)) {
        let mut begin = 0;
        while begin < chunk.len() {
            let (len, end) = self.walk.step(&chunk[begin..]);
            let piece = begin..begin + len;
            begin += len;
            let messages = self.messages.as_mut();
            let message = messages.and_then(|all| all.read(chunk.slice(piece), end.is_some()));
            if let Some(extent) = end {
                show(&Passing::new(extent, message.as_ref()));
            }
        }
    }

    /// Shows a message that is in hand.
    pub(super) fn read_message(&self, message: &Message, mut show: impl FnMut(&Passing<'_>)) {
        let wants = match self.messages {
            Some(_) => Wants::Messages,
            None => Wants::Lengths,
        };
        show(&Passing::of(message, wants));
    }
}

// === impl Messages ===

impl Messages {
    fn new(format: Format) -> Self {
        let parser = Parser::new(format.clone());
        Self { format, parser }
    }

    /// The message that ends with `piece`, if it can be read.
    ///
    /// A parser gives up at a message that it must not read. Here, the one after it is read again.
    fn read(&mut self, piece: Bytes, is_end: bool) -> Option<Message> {
        let message = self.parser.feed(piece).ok().flatten();
        if is_end && message.is_none() {
            self.parser = Parser::new(self.format.clone());
        }
        message
    }
}
