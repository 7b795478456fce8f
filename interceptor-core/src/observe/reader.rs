use std::ops::Range;

use bytes::Bytes;
use http::HeaderMap;

use super::{Passing, Wants};
use crate::{
    Message,
    message::{Extent, Format, Parser, Walk},
};

/// Reads the frames of a body as they pass. It changes none, and fails at none.
pub(super) trait Reads: Send + Unpin + 'static {
    /// The message that `chunk` is, if it is exactly one and no more than its length is wanted: the common case. Else, to
    /// be read.
    fn whole(&self, chunk: &[u8]) -> Option<Extent>;

    /// Shows each message whose last byte is in `chunk`.
    fn read(&mut self, chunk: &Bytes, show: &mut dyn FnMut(&Passing<'_>));
}

/// Reads as much as is wanted.
#[derive(Debug)]
pub(super) enum Reader {
    /// Nobody wants messages.
    Nothing,
    /// For lengths alone.
    Lengths(Walk),
    Messages(Box<Messages>),
}

#[derive(Debug)]
pub(super) struct Messages {
    walk: Walk,
    format: Format,
    parser: Parser,
}

// === impl Reader ===

impl Reader {
    /// For what is wanted of the body that `headers` belong to.
    #[inline]
    pub(super) fn new(wants: Wants, headers: &HeaderMap, max_message_size: usize) -> Self {
        match wants {
            Wants::Nothing => Self::Nothing,
            Wants::Lengths => Self::Lengths(Walk::default()),
            Wants::Messages => {
                let format = Format::from_headers(headers, max_message_size);
                Self::Messages(Box::new(Messages::new(format)))
            }
        }
    }

    /// Shows a message that is in hand.
    pub(super) fn read_message(&self, message: &Message, mut show: impl FnMut(&Passing<'_>)) {
        match self {
            Self::Nothing => {}
            Self::Lengths(_) => show(&Passing::of(message, Wants::Lengths)),
            Self::Messages(_) => show(&Passing::of(message, Wants::Messages)),
        }
    }
}

// === impl Messages ===

impl Messages {
    fn new(format: Format) -> Self {
        Self {
            walk: Walk::default(),
            parser: Parser::new(format.clone()),
            format,
        }
    }
}

impl Reads for Reader {
    #[inline]
    fn whole(&self, chunk: &[u8]) -> Option<Extent> {
        match self {
            Self::Lengths(walk) => walk.whole(chunk),
            Self::Nothing | Self::Messages(_) => None,
        }
    }

    fn read(&mut self, chunk: &Bytes, show: &mut dyn FnMut(&Passing<'_>)) {
        match self {
            Self::Nothing => {}
            Self::Lengths(walk) => walk_on(walk, chunk, |_, _| None, show),
            Self::Messages(all) => {
                let Messages {
                    walk,
                    format,
                    parser,
                } = &mut **all;
                let read = |piece, is_end| read(parser, format, chunk.slice(piece), is_end);
                walk_on(walk, chunk, read, show);
            }
        }
    }
}

/// For lengths alone.
impl Reads for Walk {
    #[inline]
    fn whole(&self, chunk: &[u8]) -> Option<Extent> {
        self.whole(chunk)
    }

    fn read(&mut self, chunk: &Bytes, show: &mut dyn FnMut(&Passing<'_>)) {
        walk_on(self, chunk, |_, _| None, show);
    }
}

/// Shows each message that ends in `chunk`, with what `read` makes of its last piece.
#[inline(never)]
fn walk_on(
    walk: &mut Walk,
    chunk: &Bytes,
    mut read: impl FnMut(Range<usize>, bool) -> Option<Message>,
    show: &mut dyn FnMut(&Passing<'_>),
) {
    let mut begin = 0;
    while begin < chunk.len() {
        let (len, end) = walk.step(&chunk[begin..]);
        let message = read(begin..begin + len, end.is_some());
        begin += len;
        if let Some(extent) = end {
            show(&Passing::new(extent, message.as_ref()));
        }
    }
}

/// The message that ends with `piece`, if it can be read.
///
/// A parser gives up at a message that it must not read. Here, the one after it is read again.
fn read(parser: &mut Parser, format: &Format, piece: Bytes, is_end: bool) -> Option<Message> {
    let message = parser.feed(piece).ok().flatten();
    if is_end && message.is_none() {
        *parser = Parser::new(format.clone());
    }
    message
}
