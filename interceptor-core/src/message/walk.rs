//! Where messages begin and end in the bytes of a body that passes.

use super::frame::{PREFIX_LEN, payload_len};

/// A walk over the bytes of a body, from prefix to prefix, in whatever chunks they come.
///
/// Nothing is judged and nothing is kept: any bytes can be walked over.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// What has been seen of a prefix, of which `seen` bytes are filled.
    prefix: [u8; PREFIX_LEN],
    seen: usize,
    /// What is still to come of the payload.
    payload: usize,
}

/// What the prefix of a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// Of prefix and payload together.
    pub(crate) wire_len: usize,
    /// The first byte of the prefix, as it came.
    pub(crate) flag: u8,
}

// === impl Walk ===

impl Walk {
    /// The message that `bytes` are, if they are exactly one: the common case. Else, to be walked over.
    #[inline]
    pub(crate) fn whole(&self, bytes: &[u8]) -> Option<Extent> {
        let extent = Extent::of(*bytes.first_chunk()?);
        (self.is_idle() && extent.wire_len == bytes.len()).then_some(extent)
    }

    /// Goes to the end of the message it stands in, or of `bytes`. Says how far that was and, at the
    /// end of a message, what message it was.
    #[inline]
    pub(crate) fn step(&mut self, bytes: &[u8]) -> (usize, Option<Extent>) {
        if self.is_idle()
            && let Some((prefix, payload)) = bytes.split_first_chunk()
        {
            let extent = Extent::of(*prefix);
            if payload_len(*prefix) <= payload.len() {
                return (extent.wire_len, Some(extent));
            }
        }
        self.creep(bytes)
    }

    /// Whether what comes next is the beginning of a message.
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.seen == 0
    }

    /// Goes on with a message that spans chunks.
    fn creep(&mut self, bytes: &[u8]) -> (usize, Option<Extent>) {
        let read = (PREFIX_LEN - self.seen).min(bytes.len());
        self.prefix[self.seen..][..read].copy_from_slice(&bytes[..read]);
        self.seen += read;
        if self.seen < PREFIX_LEN {
            return (read, None);
        }
        if read > 0 {
            self.payload = payload_len(self.prefix);
        }
        let skipped = self.payload.min(bytes.len() - read);
        self.payload -= skipped;
        (read + skipped, self.end())
    }

    fn end(&mut self) -> Option<Extent> {
        if self.payload > 0 {
            return None;
        }
        self.seen = 0;
        Some(Extent::of(self.prefix))
    }
}

// === impl Extent ===

impl Extent {
    #[inline]
    fn of(prefix: [u8; PREFIX_LEN]) -> Self {
        Self {
            wire_len: payload_len(prefix).saturating_add(PREFIX_LEN),
            flag: prefix[0],
        }
    }
}
