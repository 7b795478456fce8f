use super::Wants;
use crate::{Message, message::Extent};

/// A message that passes, as an [`Observer`](super::Observer) sees it.
///
/// Its length is always known. Its contents are there for who [wants](Wants) them.
#[derive(Clone, Copy, Debug)]
pub struct Passing<'a> {
    extent: Extent,
    message: Option<&'a Message>,
}

// === impl Passing ===

impl<'a> Passing<'a> {
    #[inline]
    pub(super) fn new(extent: Extent, message: Option<&'a Message>) -> Self {
        Self { extent, message }
    }

    /// A message that is in hand.
    pub(super) fn of(message: &'a Message, wants: Wants) -> Self {
        let extent = Extent {
            wire_len: message.wire_len(),
            flag: u8::from(message.is_compressed()),
        };
        Self::new(extent, Some(message)).for_who(wants)
    }

    /// What of it is shown to an observer that wants so much.
    pub(super) fn for_who(self, wants: Wants) -> Self {
        Self {
            message: self.message.filter(|_| wants == Wants::Messages),
            ..self
        }
    }

    /// How many bytes the message takes on the wire, with its prefix and in its compression.
    #[inline]
    #[must_use]
    pub fn wire_len(&self) -> usize {
        self.extent.wire_len
    }

    /// Whether the message is compressed on the wire.
    #[inline]
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.extent.flag == 1
    }

    /// The message, if the observer wants [`Messages`](Wants::Messages).
    ///
    /// None also for a message over the layer's `max_message_size`, and for one that is not framed as gRPC says: such a
    /// message still passes, and whoever it is for will judge it.
    #[inline]
    #[must_use]
    pub fn message(&self) -> Option<&'a Message> {
        self.message
    }
}
