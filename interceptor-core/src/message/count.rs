//! How many messages a body in hand consists of.

use bytes::Bytes;

use super::frame::{PREFIX_LEN, payload_len};

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
    let mut walk = Walk::default();
    for chunk in chunks {
        let mut rest = &chunk[..];
        while !rest.is_empty() {
            rest = walk.step(rest);
        }
    }
    walk.count()
}

/// Where a walk over the prefixes stands.
#[derive(Default)]
struct Walk {
    /// What has been seen of a prefix, of which `seen` bytes are filled.
    prefix: [u8; PREFIX_LEN],
    seen: usize,
    /// What is still to come of the payload.
    payload: usize,
    messages: usize,
}

// === impl Walk ===

impl Walk {
    /// Goes to the end of the prefix or payload it stands in, or of `bytes`; gives back the rest.
    fn step<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        if self.payload > 0 {
            let skipped = self.payload.min(bytes.len());
            self.payload -= skipped;
            return &bytes[skipped..];
        }
        let read = (PREFIX_LEN - self.seen).min(bytes.len());
        self.prefix[self.seen..][..read].copy_from_slice(&bytes[..read]);
        self.seen += read;
        if self.seen == PREFIX_LEN {
            self.seen = 0;
            self.payload = payload_len(self.prefix);
            self.messages += 1;
        }
        &bytes[read..]
    }

    fn count(&self) -> Count {
        Count {
            messages: self.messages - usize::from(self.payload > 0),
            truncated: self.seen > 0 || self.payload > 0,
        }
    }
}
