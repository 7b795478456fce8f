//! How many messages a body in hand consists of.

use bytes::Bytes;

use super::{frame::payload_len, walk::Walk};

/// How many messages there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Those that are there to their last byte.
    pub(crate) messages: usize,
    /// Whether the beginning of one more is there.
    pub(crate) truncated: bool,
}

impl Count {
    /// The common case.
    pub(crate) const ONE: Self = Self {
        messages: 1,
        truncated: false,
    };
}

/// Counts the messages in `chunks`, which may be split anywhere.
///
/// Only lengths are read: flags, limits and payloads are for the parser to judge.
#[inline]
pub(crate) fn count_messages<'a>(chunks: impl IntoIterator<Item = &'a Bytes>) -> Count {
    let mut chunks = chunks.into_iter();
    match (chunks.next(), chunks.next()) {
        (Some(chunk), None) if is_one_message(chunk) => Count::ONE,
        (first, second) => walk(first.into_iter().chain(second).chain(chunks)),
    }
}

/// Whether these bytes are exactly one message.
#[inline]
pub(crate) fn is_one_message(chunk: &[u8]) -> bool {
    chunk
        .split_first_chunk()
        .is_some_and(|(prefix, payload)| payload.len() == payload_len(*prefix))
}

fn walk<'a>(chunks: impl Iterator<Item = &'a Bytes>) -> Count {
    let (mut walk, mut messages) = (Walk::default(), 0);
    for chunk in chunks {
        let mut rest = &chunk[..];
        while !rest.is_empty() {
            let (len, end) = walk.step(rest);
            messages += usize::from(end.is_some());
            rest = &rest[len..];
        }
    }
    Count {
        messages,
        truncated: !walk.is_idle(),
    }
}
