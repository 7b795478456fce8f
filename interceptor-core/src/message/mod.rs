//! One gRPC message, and what its bytes look like on the wire.
//!
//! On the wire a message is a prefix of five bytes (a flag that says whether it is compressed, and
//! a length of four bytes, most significant first) and then as many bytes as the length says. It
//! has nothing to do with the DATA frames of HTTP/2: a message may span many of them, and one of
//! them may hold many messages.
//!
//! # Errors
//!
//! A message is judged when somebody looks at it, never in passing:
//!
//! | what arrived | status |
//! |---|---|
//! | a length over `max_message_size`, refused at the prefix and not buffered | `OUT_OF_RANGE` |
//! | more than `max_message_size` once decompressed | `RESOURCE_EXHAUSTED` |
//! | a compression that is unknown, or whose feature is off | `UNIMPLEMENTED` |
//! | a flag that is neither 0 nor 1, or 1 without a `grpc-encoding` | `INTERNAL` |
//! | compressed bytes that are damaged, or an end within a message | `INTERNAL` |
//! | bytes that are not the protobuf message asked for | `INTERNAL` |
//!
//! # Cost
//!
//! A message that lies within one chunk of the body is a slice of that chunk: no copy, no
//! allocation, and a clone is a count. One that spans chunks is copied once. A compressed message
//! costs one allocation more; it is decompressed when it is first looked at, and it and all its
//! clones keep the result.

mod compress;
mod count;
mod encoding;
mod format;
mod frame;
#[cfg(test)]
mod tests;
mod walk;

use std::any::type_name;
use std::fmt;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use tonic::Status;

pub(crate) use self::count::{Count, count_messages, is_one_message};
pub use self::encoding::Encoding;
pub(crate) use self::format::{DEFAULT_MAX_MESSAGE_SIZE, Format};
pub(crate) use self::frame::Parser;
use self::frame::{PREFIX_LEN, payload_len};
pub(crate) use self::walk::{Extent, Walk};

/// One gRPC message, as an interceptor sees it.
///
/// It holds the message as it is on the wire, so that one that nobody changed goes out exactly as
/// it came, in its original compression. It is decompressed when it is first looked at, and keeps
/// the result; clones share it.
///
/// ```
/// use interceptor_core::Message;
///
/// // `String` is `google.protobuf.StringValue`.
/// let message = Message::encode(&"hello".to_owned());
/// assert_eq!(message.wire_len(), 5 + 7);
///
/// let text: String = message.decode()?;
/// assert_eq!(text, "hello");
/// # Ok::<(), tonic::Status>(())
/// ```
#[derive(Clone)]
pub struct Message {
    /// Prefix and payload, in one piece.
    wire: Bytes,
    /// Of a compressed message only, so that all others stay small.
    compressed: Option<Arc<Compressed>>,
}

/// What it takes to look inside a compressed message, and what was found.
struct Compressed {
    encoding: Encoding,
    max_message_size: usize,
    /// The decompressed bytes, without a prefix, once somebody has looked.
    plain: OnceLock<Bytes>,
}

// === impl Message ===

impl Message {
    /// A message of the protobuf message `message`, not compressed.
    #[must_use]
    pub fn encode(message: &impl prost::Message) -> Self {
        // `encode_raw`, as prost's own `encode_to_vec` does: `encode` would work out the length a
        // second time.
        Self::framed(message.encoded_len(), |wire| message.encode_raw(wire))
    }

    /// A message of bare protobuf bytes, without a prefix and not compressed. They are copied once,
    /// behind their prefix.
    ///
    /// ```
    /// use interceptor_core::Message;
    ///
    /// let message = Message::from_bytes("\x0a\x05hello".into());
    /// assert_eq!(message.decode::<String>()?, "hello");
    /// # Ok::<(), tonic::Status>(())
    /// ```
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "so that callers need not change should the copy become avoidable"
    )]
    pub fn from_bytes(bytes: Bytes) -> Self {
        Self::framed(bytes.len(), |wire| wire.extend_from_slice(&bytes))
    }

    /// Takes the message out that `chunk` is, if it is exactly one, in order and not compressed: the
    /// common case, without a parser. Everything else stays, for a parser to judge.
    #[inline]
    pub(crate) fn take_chunk(chunk: &mut Bytes, max_message_size: usize) -> Option<Self> {
        let (prefix, payload) = chunk.split_first_chunk::<PREFIX_LEN>()?;
        let is_message = prefix[0] == 0
            && payload.len() == payload_len(*prefix)
            && payload.len() <= max_message_size;
        is_message.then(|| Self {
            wire: std::mem::take(chunk),
            compressed: None,
        })
    }

    /// The bytes that carry this message in any stream, if it is not compressed.
    #[inline]
    pub(crate) fn into_plain_wire(self) -> Result<Bytes, Self> {
        match self {
            Self {
                wire,
                compressed: None,
            } if u32::try_from(wire.len()).is_ok() => Ok(wire),
            other => Err(other),
        }
    }

    /// Whether this is the other message, unchanged: the same bytes in the same place.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.wire.as_ptr() == other.wire.as_ptr() && self.wire.len() == other.wire.len()
    }

    /// A message as it came, `encoding` being what it is compressed with.
    #[inline]
    fn from_wire(wire: Bytes, encoding: Option<&Encoding>, max_message_size: usize) -> Self {
        let compressed = encoding.map(|encoding| {
            Arc::new(Compressed {
                encoding: encoding.clone(),
                max_message_size,
                plain: OnceLock::new(),
            })
        });
        Self { wire, compressed }
    }

    /// Frames what `write` writes, about `len` bytes of it, as a message that is not compressed.
    fn framed(len: usize, write: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut wire = Vec::with_capacity(PREFIX_LEN + len);
        wire.extend_from_slice(&[0; PREFIX_LEN]);
        write(&mut wire);
        // What was written counts, not what was promised. Too long for a prefix is told by
        // `into_wire`.
        let written = u32::try_from(wire.len() - PREFIX_LEN).unwrap_or(u32::MAX);
        wire[1..PREFIX_LEN].copy_from_slice(&written.to_be_bytes());
        Self {
            wire: wire.into(),
            compressed: None,
        }
    }

    /// The protobuf bytes: without the prefix, and decompressed.
    ///
    /// The first look at a compressed message decompresses it, and every other one finds the
    /// result.
    ///
    /// # Errors
    ///
    /// For a compressed message only: `RESOURCE_EXHAUSTED` if it is over the layer's
    /// `max_message_size` once decompressed, `UNIMPLEMENTED` if the feature for its compression is
    /// off, and `INTERNAL` if its bytes are damaged.
    pub fn bytes(&self) -> Result<Bytes, Status> {
        match &self.compressed {
            None => Ok(self.payload()),
            Some(compressed) => compressed.bytes(&self.wire[PREFIX_LEN..]),
        }
    }

    /// Decodes the message as an `M`.
    ///
    /// ```
    /// use interceptor_core::Message;
    ///
    /// let not_a_string = Message::from_bytes("\x0a\x7f".into());
    /// let status = not_a_string.decode::<String>().unwrap_err();
    /// assert_eq!(status.code(), tonic::Code::Internal);
    /// ```
    ///
    /// # Errors
    ///
    /// `INTERNAL`, with the name of `M`, if the bytes are not an `M`; and those of
    /// [`bytes`](Self::bytes).
    pub fn decode<M: prost::Message + Default>(&self) -> Result<M, Status> {
        M::decode(self.bytes()?).map_err(|error| not_decodable::<M>(&error))
    }

    /// How many bytes the message takes on the wire, with its prefix and in its compression.
    #[must_use]
    pub fn wire_len(&self) -> usize {
        self.wire.len()
    }

    /// The message as it is on the wire, with its prefix and in its compression.
    pub(crate) fn wire(&self) -> &Bytes {
        &self.wire
    }

    /// Whether the message is compressed on the wire.
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.compressed.is_some()
    }

    /// The bytes that carry this message in a stream of the format `out`.
    ///
    /// As it came if it is in the stream's compression, or in none; else decompressed.
    pub(crate) fn into_wire(self, out: &Format) -> Result<Bytes, Status> {
        let message = match &self.compressed {
            Some(compressed) if out.encoding.as_ref() != Some(&compressed.encoding) => {
                Self::from_bytes(self.bytes()?)
            }
            _ => self,
        };
        let len = message.wire.len() - PREFIX_LEN;
        if u32::try_from(len).is_err() {
            return Err(Status::resource_exhausted(format!(
                "Cannot send a message of more than 4 GiB, but got {len} bytes"
            )));
        }
        Ok(message.wire)
    }

    /// The message, leaving one without bytes, which is to be replaced.
    #[inline]
    pub(crate) fn take(&mut self) -> Self {
        let left = Self {
            wire: Bytes::new(),
            compressed: None,
        };
        std::mem::replace(self, left)
    }

    fn payload(&self) -> Bytes {
        self.wire.slice(PREFIX_LEN..)
    }
}

impl fmt::Debug for Message {
    /// Lengths and not contents, which may be long and may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("Message");
        fields.field("wire_len", &self.wire_len());
        if let Some(compressed) = &self.compressed {
            fields.field("encoding", &compressed.encoding);
        }
        fields.finish_non_exhaustive()
    }
}

// === impl Compressed ===

impl Compressed {
    fn bytes(&self, payload: &[u8]) -> Result<Bytes, Status> {
        if let Some(plain) = self.plain.get() {
            return Ok(plain.clone());
        }
        let plain = compress::decompress(payload, &self.encoding, self.max_message_size)?;
        Ok(self.plain.get_or_init(|| plain).clone())
    }
}

#[cold]
fn not_decodable<M>(error: &prost::DecodeError) -> Status {
    Status::internal(format!(
        "cannot decode the message as `{}`: {error}",
        type_name::<M>()
    ))
}

const _: () = {
    const fn assert_send_and_sync<T: Send + Sync>() {}
    assert_send_and_sync::<Message>();
    assert!(size_of::<Message>() <= 5 * size_of::<usize>());
};
