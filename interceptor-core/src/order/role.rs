use std::fmt;

/// What an interceptor does in a chain, in one word, so that rules of order can speak of it: `retrying`, `recovering`.
///
/// Roles of the same name are the same role. Those of the ready-made interceptors are constants of the kit's
/// `policy::order`; one of your own has a name that says whose it is.
///
/// ```
/// use interceptor_core::Role;
///
/// const CACHING: Role = Role::new("shop.caching");
///
/// assert_eq!(CACHING.name(), "shop.caching");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Role {
    name: &'static str,
}

// === impl Role ===

impl Role {
    /// The role of that name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name }
    }

    /// Its name, as messages say it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}
