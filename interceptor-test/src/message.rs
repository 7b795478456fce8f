//! Messages as they are on the wire: what the caller and the peer of a harness send and receive.

use std::fmt;

use bytes::{BufMut as _, Bytes, BytesMut};

/// How many bytes stand before each message: a flag, and the length.
const PREFIX_LEN: usize = 5;

/// How many bytes of a message its `Debug` shows.
const MAX_SHOWN: usize = 64;

/// One message on the wire: its bytes, and the flag that says whether they are compressed.
///
/// The bytes are whatever a test wants, often plain text; a chain that does not decode them does not care. It compares
/// with text and bytes, if it is not compressed.
///
/// ```
/// use interceptor_test::WireMessage;
///
/// let message = WireMessage::from("hello");
/// assert_eq!(message, "hello");
/// assert_eq!(message.to_frame(), b"\0\0\0\0\x05hello"[..]);
///
/// // `String` is `google.protobuf.StringValue`.
/// let encoded = WireMessage::encode(&"hello".to_owned());
/// assert_eq!(encoded.decode::<String>().unwrap(), "hello");
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct WireMessage {
    flag: u8,
    bytes: Bytes,
}

/// Cuts bytes into messages, however they were split into frames.
#[derive(Debug, Default)]
pub(crate) struct FrameReader {
    buffer: BytesMut,
}

// === impl WireMessage ===

impl WireMessage {
    /// The bytes of a protobuf message, not compressed.
    #[must_use]
    pub fn encode(message: &impl prost::Message) -> Self {
        message.encode_to_vec().into()
    }

    /// Bytes that are compressed: they go out with the flag 1, as they are. What they are compressed with is said by
    /// the header `grpc-encoding`.
    #[must_use]
    pub fn compressed(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self { flag: 1, bytes }
    }

    /// The same bytes with another flag, which need not be one that gRPC knows.
    #[must_use]
    pub fn with_flag(self, flag: u8) -> Self {
        Self { flag, ..self }
    }

    /// The bytes, as they are on the wire, without their prefix.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// 0, or 1 for a compressed message.
    #[must_use]
    pub fn flag(&self) -> u8 {
        self.flag
    }

    /// Whether its flag says that it is compressed.
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.flag == 1
    }

    /// The bytes as a protobuf message.
    ///
    /// # Errors
    ///
    /// If they are not an `M`, as compressed ones are not.
    pub fn decode<M: prost::Message + Default>(&self) -> Result<M, prost::DecodeError> {
        M::decode(self.bytes.clone())
    }

    /// The bytes behind their prefix, as they stand in DATA frames.
    ///
    /// # Panics
    ///
    /// If they are more than 4 GiB.
    #[must_use]
    pub fn to_frame(&self) -> Bytes {
        let len = u32::try_from(self.bytes.len()).expect("a message is shorter than 4 GiB");
        let mut frame = BytesMut::with_capacity(PREFIX_LEN + self.bytes.len());
        frame.put_u8(self.flag);
        frame.put_u32(len);
        frame.put_slice(&self.bytes);
        frame.freeze()
    }

    /// The bytes of all of them, as one message.
    pub(crate) fn concat<'a>(messages: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut bytes = BytesMut::new();
        for message in messages {
            bytes.put_slice(&message.bytes);
        }
        bytes.freeze().into()
    }

    fn is_plain(&self, bytes: &[u8]) -> bool {
        self.flag == 0 && self.bytes == bytes
    }
}

impl fmt::Debug for WireMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.flag {
            0 => {}
            1 => f.write_str("compressed ")?,
            flag => write!(f, "flag {flag} ")?,
        }
        let shown = &self.bytes[..self.bytes.len().min(MAX_SHOWN)];
        match std::str::from_utf8(shown) {
            Ok(text) if !text.contains(char::is_control) => write!(f, "{text:?}")?,
            _ => write!(f, "b\"{}\"", shown.escape_ascii())?,
        }
        if shown.len() < self.bytes.len() {
            write!(f, "… ({} bytes)", self.bytes.len())?;
        }
        Ok(())
    }
}

impl fmt::Display for WireMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What can be made a message: owned without a copy, borrowed with one.
macro_rules! from_bytes {
    ($($source:ty => |$value:ident| $bytes:expr;)*) => {$(
        impl From<$source> for WireMessage {
            fn from($value: $source) -> Self {
                Self { flag: 0, bytes: $bytes }
            }
        }
    )*};
}

from_bytes! {
    Bytes => |bytes| bytes;
    Vec<u8> => |bytes| bytes.into();
    String => |text| text.into();
    &str => |text| Bytes::copy_from_slice(text.as_bytes());
    &[u8] => |bytes| Bytes::copy_from_slice(bytes);
}

impl<const N: usize> From<&[u8; N]> for WireMessage {
    fn from(bytes: &[u8; N]) -> Self {
        bytes.as_slice().into()
    }
}

impl From<&WireMessage> for WireMessage {
    fn from(message: &WireMessage) -> Self {
        message.clone()
    }
}

/// What a message compares with.
macro_rules! eq_bytes {
    ($($other:ty),*) => {$(
        impl PartialEq<$other> for WireMessage {
            fn eq(&self, other: &$other) -> bool {
                self.is_plain(other.as_ref())
            }
        }
    )*};
}

eq_bytes!(str, &str, String, [u8], &[u8], Vec<u8>, Bytes);

// === impl FrameReader ===

impl FrameReader {
    pub(crate) fn push(&mut self, data: &[u8]) {
        self.buffer.put_slice(data);
    }

    /// The next message that is all there.
    pub(crate) fn next(&mut self) -> Option<WireMessage> {
        let [flag, len @ ..] = *self.buffer.first_chunk::<PREFIX_LEN>()?;
        let len = usize::try_from(u32::from_be_bytes(len)).unwrap_or(usize::MAX);
        let end = len.saturating_add(PREFIX_LEN);
        if self.buffer.len() < end {
            return None;
        }
        let bytes = self.buffer.split_to(end).freeze().slice(PREFIX_LEN..);
        Some(WireMessage { flag, bytes })
    }

    /// Whether what came ends with a whole message.
    pub(crate) fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_split_gives_the_same_messages() {
        let messages = ["one".into(), "".into(), WireMessage::compressed("three")];
        let wire: Vec<u8> = messages.iter().flat_map(WireMessage::to_frame).collect();
        for at in 0..=wire.len() {
            let mut reader = FrameReader::default();
            let mut read = Vec::new();
            for part in [&wire[..at], &wire[at..]] {
                reader.push(part);
                read.extend(std::iter::from_fn(|| reader.next()));
            }
            assert_eq!(read, messages, "split at {at}");
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn debug_shows_text_bytes_and_flags() {
        let long = WireMessage::from(vec![b'x'; 100]);
        for (message, text) in [
            ("one".into(), r#""one""#.to_owned()),
            ([0u8, 255].as_slice().into(), r#"b"\x00\xff""#.to_owned()),
            (WireMessage::compressed("z"), r#"compressed "z""#.to_owned()),
            (
                WireMessage::from("z").with_flag(7),
                r#"flag 7 "z""#.to_owned(),
            ),
            (long, format!("{:?}… (100 bytes)", "x".repeat(64))),
        ] {
            assert_eq!(format!("{message:?}"), text);
        }
    }

    #[test]
    fn a_compressed_message_is_not_its_bytes() {
        assert_ne!(WireMessage::compressed("one"), "one");
        assert_eq!(WireMessage::from("one"), *b"one".as_slice());
    }
}
