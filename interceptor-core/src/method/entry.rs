use super::{Descriptors, Detail, Idempotency, Method, Signature, split};
use crate::{
    call::CallKind,
    error::{ConfigError, Kind},
};

/// One row of a table that is a constant: what `interceptor-build` writes into a `METHODS`, and what
/// [`Methods::from_table`](super::Methods::from_table) takes.
///
/// ```
/// use interceptor_core::{CallKind, MethodEntry, Methods};
///
/// const METHODS: &[MethodEntry] = &[
///     MethodEntry::new("/shop.v1.Orders/Create", CallKind::UnaryUnary, "shop.v1.Order", "shop.v1.Receipt"),
///     MethodEntry::new("/shop.v1.Orders/Follow", CallKind::UnaryStream, "shop.v1.Order", "shop.v1.Event").deprecated(),
/// ];
///
/// let methods = Methods::from_table(METHODS)?;
/// assert!(methods.get("/shop.v1.Orders/Follow").is_some_and(|method| method.is_deprecated()));
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodEntry {
    path: &'static str,
    kind: CallKind,
    input: &'static str,
    output: &'static str,
    idempotency: Idempotency,
    deprecated: bool,
}

// === impl MethodEntry ===

impl MethodEntry {
    /// The method of that path, with the full names of its request's and its response's messages.
    #[must_use]
    pub const fn new(
        path: &'static str,
        kind: CallKind,
        input: &'static str,
        output: &'static str,
    ) -> Self {
        Self {
            path,
            kind,
            input,
            output,
            idempotency: Idempotency::Unknown,
            deprecated: false,
        }
    }

    /// What the `.proto` file says about calling it again; without this, nothing.
    #[must_use]
    pub const fn idempotency(mut self, idempotency: Idempotency) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// The `.proto` file says that it is deprecated.
    #[must_use]
    pub const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    pub(super) fn method(&self) -> Result<Method, ConfigError> {
        if split(self.path).is_none() {
            let text = self.path.to_owned();
            return Err(Kind::NotAPath { text }.into());
        }
        let signature = Signature {
            input: self.input.into(),
            output: self.output.into(),
            idempotency: self.idempotency,
            deprecated: self.deprecated,
        };
        let (detail, none) = (Detail::Constant, Descriptors::none());
        Ok(Method::entry(
            self.path.into(),
            self.kind,
            detail,
            Some(signature),
            none,
        ))
    }
}
