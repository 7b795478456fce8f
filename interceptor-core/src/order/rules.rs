use super::{ExtensionType, Role};
use crate::Side;

/// What one interceptor says about its place in a chain: `provides`, `requires`, `client_only`, `server_only`, `role`,
/// `outside` and `inside` of `#[grpc_interceptor]`, which writes it.
///
/// ```
/// use interceptor_core::{ExtensionType, Role, Rules, Side};
/// # struct Claims;
///
/// const AUTHENTICATING: Role = Role::new("authenticating");
/// const AUTHZ: Rules = Rules::new("Authz")
///     .requires(const { &[ExtensionType::of::<Claims>("Claims")] })
///     .inside(&[AUTHENTICATING])
///     .only_on(Side::Server);
///
/// assert_eq!(AUTHZ.required()[0].name(), "Claims");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    pub(super) name: &'static str,
    pub(super) provides: &'static [ExtensionType],
    pub(super) requires: &'static [ExtensionType],
    pub(super) side: Option<Side>,
    pub(super) role: Option<Role>,
    pub(super) outside: &'static [Role],
    pub(super) inside: &'static [Role],
}

// === impl Rules ===

impl Rules {
    /// No rules, of an interceptor of that name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            provides: &[],
            requires: &[],
            side: None,
            role: None,
            outside: &[],
            inside: &[],
        }
    }

    /// It puts these into the extensions of each call that it hands on.
    #[must_use]
    pub const fn provides(mut self, types: &'static [ExtensionType]) -> Self {
        self.provides = types;
        self
    }

    /// It needs these in the extensions of each call.
    #[must_use]
    pub const fn requires(mut self, types: &'static [ExtensionType]) -> Self {
        self.requires = types;
        self
    }

    /// It is for chains of that side only.
    #[must_use]
    pub const fn only_on(mut self, side: Side) -> Self {
        self.side = Some(side);
        self
    }

    /// What it does in a chain.
    #[must_use]
    pub const fn role(mut self, role: Role) -> Self {
        self.role = Some(role);
        self
    }

    /// It stands before all that have one of these roles.
    #[must_use]
    pub const fn outside(mut self, roles: &'static [Role]) -> Self {
        self.outside = roles;
        self
    }

    /// It stands after all that have one of these roles.
    #[must_use]
    pub const fn inside(mut self, roles: &'static [Role]) -> Self {
        self.inside = roles;
        self
    }

    /// The name of the interceptor.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it puts into the extensions of each call that it hands on.
    #[must_use]
    pub const fn provided(&self) -> &'static [ExtensionType] {
        self.provides
    }

    /// What it needs in the extensions of each call.
    #[must_use]
    pub const fn required(&self) -> &'static [ExtensionType] {
        self.requires
    }

    /// The one side that it is for, if it is not for both.
    #[must_use]
    pub const fn side(&self) -> Option<Side> {
        self.side
    }
}
