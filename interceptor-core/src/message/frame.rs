//! Finds the messages in the bytes of a body.

use std::collections::VecDeque;
use std::mem;

use bytes::Bytes;
use tonic::Status;

use super::{Format, Message};

/// A flag and the length of what follows.
pub(super) const PREFIX_LEN: usize = 5;

/// How much memory a prefix gets on its word alone; beyond that, bytes have to arrive first.
const MAX_ADVANCE: usize = 16 * 1024;

/// Takes the bytes of a body in whatever chunks they come, and gives its messages.
///
/// A message that lies within one chunk is a slice of it. Only one that spans chunks is copied,
/// into a buffer that grows with what has arrived, and never beyond the message's own length.
#[derive(Debug)]
pub(crate) struct Parser {
    format: Format,
    /// What comes next. Empty only if `later` is.
    chunk: Bytes,
    /// What was pushed before `chunk` was used up.
    later: VecDeque<Bytes>,
    /// The message that began in an earlier chunk.
    partial: Partial,
    failed: bool,
}

/// A message of which only the beginning has arrived.
#[derive(Debug, Default)]
struct Partial {
    wire: Vec<u8>,
    /// None until the prefix is complete.
    prefix: Option<Prefix>,
}

/// A prefix that has been found in order.
#[derive(Clone, Copy, Debug)]
struct Prefix {
    compressed: bool,
    /// Of prefix and payload together.
    wire_len: usize,
}

// === impl Parser ===

impl Parser {
    pub(crate) fn new(format: Format) -> Self {
        Self {
            format,
            chunk: Bytes::new(),
            later: VecDeque::new(),
            partial: Partial::default(),
            failed: false,
        }
    }

    /// Takes the next bytes of the body. After an error they are dropped.
    #[inline]
    pub(crate) fn push(&mut self, chunk: Bytes) {
        if chunk.is_empty() || self.failed {
            return;
        }
        if self.chunk.is_empty() {
            self.chunk = chunk;
        } else {
            self.later.push_back(chunk);
        }
    }

    /// [`push`](Self::push) and [`next`](Self::next) in one, in fewer steps where the chunk is a
    /// message.
    #[inline]
    pub(crate) fn feed(&mut self, mut chunk: Bytes) -> Result<Option<Message>, Status> {
        if self.is_idle()
            && let Some(message) = self.whole(&mut chunk)
        {
            return Ok(Some(message));
        }
        self.push(chunk);
        self.next()
    }

    /// Takes the message out that `chunk` is, if it is exactly one, in order and not compressed: the
    /// common case. To be asked of a parser that is [idle](Self::is_idle).
    #[inline]
    pub(crate) fn whole(&self, chunk: &mut Bytes) -> Option<Message> {
        Message::take_chunk(chunk, self.format.max_message_size)
    }

    /// The next message; none if its last byte has not been pushed yet.
    ///
    /// An error is told once. No message comes after it.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Option<Message>, Status> {
        if self.chunk.is_empty() {
            return Ok(None);
        }
        self.read().inspect_err(|_| self.fail())
    }

    /// Says whether the body may end here. To be asked when it has ended and [`next`](Self::next)
    /// has given its last.
    pub(crate) fn finish(&self) -> Result<(), Status> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(truncated())
        }
    }

    /// Whether all that was pushed has been given out. After an error it has.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.chunk.is_empty() && self.partial.wire.is_empty()
    }

    /// Whether the next chunk begins with a message.
    #[inline]
    pub(crate) fn is_idle(&self) -> bool {
        self.is_empty() && !self.failed
    }

    /// How much memory the message in pieces has reserved.
    #[cfg(test)]
    pub(super) fn reserved(&self) -> usize {
        self.partial.wire.capacity()
    }

    fn read(&mut self) -> Result<Option<Message>, Status> {
        if self.partial.wire.is_empty()
            && let Some(prefix) = self.chunk.first_chunk()
        {
            let prefix = Prefix::check(*prefix, &self.format)?;
            if prefix.wire_len <= self.chunk.len() {
                let wire = self.take(prefix.wire_len);
                return Ok(Some(self.message(prefix, wire)));
            }
            self.partial.prefix = Some(prefix);
        }
        self.collect()
    }

    /// Goes on with a message that spans chunks.
    #[cold]
    fn collect(&mut self) -> Result<Option<Message>, Status> {
        while !self.chunk.is_empty() {
            let piece = self.take(self.partial.missing().min(self.chunk.len()));
            self.partial.extend(&piece);
            if let Some(prefix) = self.partial.check(&self.format)? {
                let wire = mem::take(&mut self.partial).wire.into();
                return Ok(Some(self.message(prefix, wire)));
            }
        }
        Ok(None)
    }

    /// The next `len` bytes, which must be there; without copying them.
    fn take(&mut self, len: usize) -> Bytes {
        if len == self.chunk.len() {
            mem::replace(&mut self.chunk, self.later.pop_front().unwrap_or_default())
        } else {
            self.chunk.split_to(len)
        }
    }

    fn message(&self, prefix: Prefix, wire: Bytes) -> Message {
        let encoding = self.format.encoding.as_ref().filter(|_| prefix.compressed);
        Message::from_wire(wire, encoding, self.format.max_message_size)
    }

    /// Forgets everything in hand: after an error nobody knows where a message begins.
    #[cold]
    fn fail(&mut self) {
        self.chunk = Bytes::new();
        self.later = VecDeque::new();
        self.partial = Partial::default();
        self.failed = true;
    }
}

// === impl Partial ===

impl Partial {
    /// How many bytes are missing, of the prefix or, once that is known, of the message.
    fn missing(&self) -> usize {
        self.prefix.map_or(PREFIX_LEN, |prefix| prefix.wire_len) - self.wire.len()
    }

    /// Adds `piece`, which is at most what is missing.
    ///
    /// The buffer at least doubles when it grows, so that each byte is copied about once; but a
    /// peer that sends only a prefix does not make us reserve what the prefix says.
    fn extend(&mut self, piece: &[u8]) {
        let len = self.wire.len() + piece.len();
        if len > self.wire.capacity() {
            let whole = self.wire.len() + self.missing();
            let goal = len.saturating_mul(2).max(MAX_ADVANCE).min(whole);
            self.wire.reserve_exact(goal - self.wire.len());
        }
        self.wire.extend_from_slice(piece);
    }

    /// Checks the prefix as soon as it is there, and gives it once the message is complete.
    fn check(&mut self, format: &Format) -> Result<Option<Prefix>, Status> {
        if self.prefix.is_none()
            && let Some(prefix) = self.wire.first_chunk()
        {
            self.prefix = Some(Prefix::check(*prefix, format)?);
        }
        Ok(self
            .prefix
            .filter(|prefix| prefix.wire_len == self.wire.len()))
    }
}

// === impl Prefix ===

impl Prefix {
    #[inline]
    fn check(prefix: [u8; PREFIX_LEN], format: &Format) -> Result<Self, Status> {
        let compressed = match prefix[0] {
            0 => false,
            1 if format.encoding.is_some() => true,
            1 => return Err(no_encoding()),
            flag => return Err(unknown_flag(flag)),
        };
        let len = payload_len(prefix);
        if len > format.max_message_size {
            return Err(too_long(len, format.max_message_size));
        }
        Ok(Self {
            compressed,
            wire_len: len.saturating_add(PREFIX_LEN),
        })
    }
}

/// How many bytes follow a prefix.
#[inline]
pub(super) fn payload_len([_, length @ ..]: [u8; PREFIX_LEN]) -> usize {
    u32::from_be_bytes(length) as usize
}

// The statuses have tonic's codes and start with tonic's words: the bare call would have ended with
// them too.

#[cold]
fn too_long(len: usize, limit: usize) -> Status {
    Status::out_of_range(format!(
        "Error, decoded message length too large: found {len} bytes, the limit is: {limit} bytes; \
         `max_message_size` of the layer sets the limit"
    ))
}

#[cold]
fn unknown_flag(flag: u8) -> Status {
    Status::internal(format!(
        "protocol error: received message with invalid compression flag: {flag} \
         (valid flags are 0 and 1)"
    ))
}

#[cold]
fn no_encoding() -> Status {
    Status::internal(
        "protocol error: received message with compressed-flag but no grpc-encoding was specified",
    )
}

#[cold]
fn truncated() -> Status {
    Status::internal("Unexpected EOF decoding stream.")
}
