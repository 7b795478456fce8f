use std::{any::TypeId, fmt};

use http::Extensions;

use super::names;

/// A type of the extensions of a call, as `provides(…)` and `requires(…)` name it.
///
/// ```
/// use interceptor_core::ExtensionType;
/// # struct Claims;
///
/// const CLAIMS: ExtensionType = ExtensionType::of::<Claims>("Claims");
///
/// assert_eq!(CLAIMS, ExtensionType::of::<Claims>("auth::Claims"));
/// assert!(!CLAIMS.is_in(&http::Extensions::new()));
/// ```
#[derive(Clone, Copy)]
pub struct ExtensionType {
    name: &'static str,
    /// What of the name is known, if that is not all of it.
    head: Option<&'static str>,
    size: usize,
    align: usize,
    id: fn() -> TypeId,
    is_in: fn(&Extensions) -> bool,
}

// === impl ExtensionType ===

impl ExtensionType {
    /// The type `T`, by its name without the modules it stands in: the compiler compares names.
    #[must_use]
    pub const fn of<T: Send + Sync + 'static>(name: &'static str) -> Self {
        Self {
            name,
            head: None,
            size: size_of::<T>(),
            align: align_of::<T>(),
            id: TypeId::of::<T>,
            is_in: is_in::<T>,
        }
    }

    /// A type that depends on the parameters of a generic interceptor: of its name no more is known than what stands before
    /// the arguments, or nothing at all, and the compiler compares no more.
    ///
    /// ```
    /// # use interceptor_core::ExtensionType;
    /// # struct Id<P>(P);
    /// struct Ids<P>(P);
    ///
    /// impl<P: Send + Sync + 'static> Ids<P> {
    ///     const ID: ExtensionType = ExtensionType::of::<Id<P>>("Id<P>").known_as("Id");
    ///     const ANY: ExtensionType = ExtensionType::of::<P>("P").known_as("");
    /// }
    /// ```
    #[must_use]
    pub const fn known_as(mut self, head: &'static str) -> Self {
        self.head = Some(head);
        self
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Its id, which no other type has.
    #[must_use]
    pub fn id(&self) -> TypeId {
        (self.id)()
    }

    /// Whether those extensions have one.
    #[must_use]
    pub fn is_in(&self, extensions: &Extensions) -> bool {
        (self.is_in)(extensions)
    }

    /// Whether the name is the same, as far as it is known.
    pub(super) const fn is_named_like(&self, other: &Self) -> bool {
        names::alike((self.name, self.head), (other.name, other.head))
    }

    /// Whether it can be the same type, for all that the compiler can say in a constant.
    pub(super) const fn is_like(&self, other: &Self) -> bool {
        self.size == other.size && self.align == other.align && self.is_named_like(other)
    }
}

fn is_in<T: Send + Sync + 'static>(extensions: &Extensions) -> bool {
    extensions.get::<T>().is_some()
}

impl PartialEq for ExtensionType {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for ExtensionType {}

impl fmt::Debug for ExtensionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ExtensionType").field(&self.name).finish()
    }
}

impl fmt::Display for ExtensionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}
