//! The methods of a peer, and what is known of each: above all its call type.
//!
//! A tower layer cannot see the call type: tonic's client sends all four in one way, and its server matches the path
//! further in. So each layer is given a table, from path to [`Method`]. [`Methods`] is made from the file descriptor
//! set that `tonic-prost-build` writes, or by hand.

use std::{
    fmt,
    hash::{BuildHasher, Hash, Hasher, RandomState},
    sync::{Arc, LazyLock},
};

use crate::call::CallKind;

mod descriptor_set;
mod descriptors;
mod entry;
mod known;
mod merge;
mod message_type;
mod nearest;
mod pattern;
mod places;
#[cfg(feature = "reflect")]
mod redact;
#[cfg(feature = "reflect")]
mod reflect;
mod selected;
mod table;
#[cfg(test)]
mod tests;

use self::{descriptors::Descriptors, selected::Selected};
pub use self::{
    entry::MethodEntry,
    message_type::MessageType,
    pattern::Pattern,
    table::{Methods, MethodsBuilder},
};

/// A method of a service, as a call names it.
///
/// A reference-counted handle: a clone costs one atomic increment. Two are equal if their paths are; its `Display` is
/// the path. It can be the key of a map: what changes inside of it is none of what is compared, which clippy's
/// `mutable_key_type` does not know.
#[derive(Clone)]
pub struct Method(Arc<Entry>);

/// Whether a method may be called again without harm: `idempotency_level` of the `.proto` file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Idempotency {
    /// Nothing is said, so a second call may do a second thing.
    #[default]
    Unknown,
    /// The method only reads; it is idempotent, too.
    NoSideEffects,
    /// Calling it twice has the effect of calling it once.
    Idempotent,
}

/// One row of the table.
#[derive(Debug)]
struct Entry {
    path: Box<str>,
    /// Of the path, for maps that are asked for each call; none of what a peer may have made up.
    hash: Option<u64>,
    /// Where the slash between service and name is.
    slash: usize,
    kind: CallKind,
    detail: Detail,
    signature: Option<Signature>,
    descriptors: Descriptors,
    /// Which fields of chains see its calls.
    selected: Selected,
}

/// What a descriptor says of a method besides its call type.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Signature {
    input: Box<str>,
    output: Box<str>,
    idempotency: Idempotency,
    deprecated: bool,
}

/// How much an entry knows. Of two for one path the one that knows more is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// In no table.
    Unlisted,
    /// Written by hand: the call type.
    KindOnly,
    /// Health and reflection, as this crate knows them. A user's own descriptors of them win.
    BuiltIn,
    /// From a table that is a constant: all but the descriptors, which JSON needs.
    Constant,
    /// From a file descriptor set.
    Described,
}

// === impl Method ===

impl Method {
    /// The handle of a path that is in no table, which runs as a stream of requests and a stream of responses: the one
    /// call type that fits every call.
    pub(crate) fn unknown(path: &str) -> Self {
        let kind = CallKind::StreamStream;
        Self::undescribed(path.into(), kind, Detail::Unlisted, None)
    }

    /// A row of the table that has no descriptors.
    fn undescribed(
        path: Box<str>,
        kind: CallKind,
        detail: Detail,
        signature: Option<Signature>,
    ) -> Self {
        Self::entry(path, kind, detail, signature, Descriptors::none())
    }

    /// A row of the table.
    fn entry(
        path: Box<str>,
        kind: CallKind,
        detail: Detail,
        signature: Option<Signature>,
        descriptors: Descriptors,
    ) -> Self {
        // The last one, as in grpc-go: a name has no slash in it, but what a peer sends may.
        let slash = path.rfind('/').unwrap_or(0);
        let hash = (detail != Detail::Unlisted).then(|| hash_of(&path));
        Self(Arc::new(Entry {
            path,
            hash,
            slash,
            kind,
            detail,
            signature,
            descriptors,
            selected: Selected::default(),
        }))
    }

    /// The path as it is on the wire, such as `/shop.v1.Orders/Create`.
    #[inline]
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The service's full name, such as `shop.v1.Orders`.
    ///
    /// Of a path that is not in the table, and that a peer may have made up, it is what stands before the last slash.
    #[inline]
    #[must_use]
    pub fn service(&self) -> &str {
        let service = &self.0.path[..self.0.slash];
        service.strip_prefix('/').unwrap_or(service)
    }

    /// The method's own name, such as `Create`.
    #[inline]
    #[must_use]
    pub fn name(&self) -> &str {
        let name = &self.0.path[self.0.slash..];
        name.strip_prefix('/').unwrap_or(name)
    }

    /// Which side sends a stream. `StreamStream` for a path that is not in the table.
    #[inline]
    #[must_use]
    pub fn kind(&self) -> CallKind {
        self.0.kind
    }

    /// Whether the path is in the table. If not, a peer may have made it up: a label or a key made from it has no bound.
    #[inline]
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.0.detail != Detail::Unlisted
    }

    /// The type of the request's messages, such as `shop.v1.CreateRequest`, if the table was made from descriptors.
    #[must_use]
    pub fn input(&self) -> Option<MessageType<'_>> {
        let signature = self.0.signature.as_ref()?;
        Some(MessageType::new(&signature.input, &self.0.descriptors))
    }

    /// The type of the response's messages, if the table was made from descriptors.
    #[must_use]
    pub fn output(&self) -> Option<MessageType<'_>> {
        let signature = self.0.signature.as_ref()?;
        Some(MessageType::new(&signature.output, &self.0.descriptors))
    }

    /// What the `.proto` file says about calling it again.
    #[must_use]
    pub fn idempotency(&self) -> Idempotency {
        self.0
            .signature
            .as_ref()
            .map_or(Idempotency::Unknown, |signature| signature.idempotency)
    }

    /// Whether the `.proto` file says that it is deprecated.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        self.0
            .signature
            .as_ref()
            .is_some_and(|signature| signature.deprecated)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.path())
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Method")
            .field("path", &self.path())
            .field("kind", &self.kind())
            .field("is_known", &self.is_known())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Method {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.path() == other.path()
    }
}

impl Eq for Method {}

impl Hash for Method {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let hash = self.0.hash.unwrap_or_else(|| hash_of(self.path()));
        state.write_u64(hash);
    }
}

/// With keys of this process: who makes up paths cannot make up ones that share their hash.
fn hash_of(path: &str) -> u64 {
    static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    KEYS.hash_one(path)
}

/// The two parts of `/package.Service/Method`, or nothing if it is not of that form.
fn split(path: &str) -> Option<(&str, &str)> {
    let (service, name) = path.strip_prefix('/')?.split_once('/')?;
    (is_name(service) && is_name(name)).then_some((service, name))
}

/// Whether it can stand between the slashes of a path. Wider than what a `.proto` file can name: services are written by
/// hand, too.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| "/*?#%".contains(c) || c <= ' ' || c == '\u{7f}')
}
