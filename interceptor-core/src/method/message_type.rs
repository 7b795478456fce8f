use std::{
    fmt,
    hash::{Hash, Hasher},
};

use super::Descriptors;

/// The type of a method's messages: what [`Method::input`](super::Method::input) and
/// [`Method::output`](super::Method::output) give.
///
/// Its `Display` is its full name, and two are equal if their names are. With the feature `reflect` it turns messages into
/// JSON and back.
#[derive(Clone, Copy)]
pub struct MessageType<'a> {
    name: &'a str,
    #[cfg_attr(not(feature = "reflect"), expect(dead_code, reason = "for JSON"))]
    descriptors: &'a Descriptors,
}

// === impl MessageType ===

impl<'a> MessageType<'a> {
    pub(super) fn new(name: &'a str, descriptors: &'a Descriptors) -> Self {
        Self { name, descriptors }
    }

    /// The full name, such as `shop.v1.CreateRequest`.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.name
    }

    #[cfg(feature = "reflect")]
    pub(super) fn descriptors(&self) -> &'a Descriptors {
        self.descriptors
    }
}

impl fmt::Display for MessageType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

impl fmt::Debug for MessageType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MessageType").field(&self.name).finish()
    }
}

impl PartialEq for MessageType<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for MessageType<'_> {}

impl Hash for MessageType<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}
